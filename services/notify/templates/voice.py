"""Says words in a language, and notes whether it had a translation for all of them."""

from typing import Protocol

from services.notify.templates.languages import Key, Language


class Voice(Protocol):
    """What the tags of a template call; `%(name)s` in what is said stands for a value."""

    def gettext(self, said: str, /, **values: object) -> str: ...
    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str: ...
    def pgettext(self, context: str, said: str, /, **values: object) -> str: ...


class English:
    """The words as they stand; those in the context "ask" in the language `asked` where it has
    them, because whoever needs that line may not read English."""

    def __init__(self, asked: Language | None = None) -> None:
        self._asked = asked

    def gettext(self, said: str, /, **values: object) -> str:
        return said % values

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        return (one if number == 1 else many) % values

    def pgettext(self, context: str, said: str, /, **values: object) -> str:
        if self._asked and (context, said) in self._asked.known:
            said = self._asked.translations.pgettext(context, said)
        return said % values


class Translated:
    """`lacked` turns true at the first words that nobody has translated."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self.lacked = False

    def gettext(self, said: str, /, **values: object) -> str:
        self._note((None, said))
        return self._language.translations.gettext(said) % values

    def ngettext(self, one: str, many: str, number: int, /, **values: object) -> str:
        self._note((None, one))
        return self._language.translations.ngettext(one, many, number) % values

    def pgettext(self, context: str, said: str, /, **values: object) -> str:
        self._note((context, said))
        return self._language.translations.pgettext(context, said) % values

    def _note(self, key: Key) -> None:
        self.lacked = self.lacked or key not in self._language.known
