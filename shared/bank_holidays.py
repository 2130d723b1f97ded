"""The bank holidays of England and Wales, from the list that comes with the library."""

from datetime import date

from govuk_bank_holidays.bank_holidays import BankHolidays


def bank_holidays() -> frozenset[date]:
    """Every bank holiday that the bundled list knows. Nothing is fetched.

    The list ends one or two years ahead: later days count as working days unless at a weekend,
    until the library is updated.
    """
    known = BankHolidays(use_cached_holidays=True)
    listed = known.get_holidays(division=BankHolidays.ENGLAND_AND_WALES)
    return frozenset(holiday["date"] for holiday in listed)
