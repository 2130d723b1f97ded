"""Which pages there are."""

from fastapi import FastAPI

from services.referral.use_cases.workplace import Workplace


def add_pages(app: FastAPI, at: Workplace, *, secure: bool) -> None:
    """placeholder"""
