"""What a browser says it is, in words by which its owner knows it again."""

#: The first that is found counts: Edge says that it is Chrome too, and Chrome that it is Safari.
BROWSERS = (
    ("Edg", "Edge"), ("SamsungBrowser", "Samsung Internet"), ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Android", "an Android phone or tablet"),
    ("CrOS", "a Chromebook"), ("Windows", "a Windows computer"), ("Macintosh", "a Mac"),
    ("Linux", "a Linux computer"),
)  # fmt: skip


def device_words(user_agent: str) -> str:
    """As "Firefox on a Mac"; of what is not known, nothing is repeated."""
    browser = _first(BROWSERS, user_agent, "A browser")
    return f"{browser} on {_first(SYSTEMS, user_agent, 'a device we do not know')}"


def _first(names: tuple[tuple[str, str], ...], said: str, otherwise: str) -> str:
    return next((words for sign, words in names if sign in said), otherwise)
