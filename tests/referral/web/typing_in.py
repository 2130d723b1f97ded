"""A form filled in by a browser, field by field, as a test's fields say."""

from collections.abc import Mapping

from playwright.sync_api import Page


def fill(page: Page, fields: Mapping[str, str | list[str]]) -> None:
    """Type, choose or tick each; a list ticks several boxes of one name."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            _fill_one(page, name, one)


def _fill_one(page: Page, name: str, value: str) -> None:
    typed = page.locator(f'[name="{name}"]').first
    if typed.evaluate("one => one.tagName") == "SELECT":
        typed.select_option(value)
    elif typed.get_attribute("type") in ("radio", "checkbox"):
        page.locator(f'[name="{name}"][value="{value}"]').check()
    else:
        typed.fill(value)
