"""What stands above the changes of a scenario file: its name and where it comes from."""

from __future__ import annotations

from datetime import date as calendar_date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from transit.scenario.stamp import Stamp

Status = Literal["", "proposed", "decided", "carried out", "withdrawn"]


class Head(BaseModel):
    """The keys of a scenario file beside its changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    scenario: str = Field(min_length=1, description="The scenario's name, in tables and on maps.")
    title: str = Field("", description="What it is about, in one line.")
    source: str = Field("", description="Where it comes from: a letter, a plan, a proposal.")
    author: str = Field("", description="Who wrote this file.")
    date: str = Field("", description="When it was proposed or decided: YYYY, YYYY-MM or a day.")
    status: Status = Field("", description="How far it has come.")
    base: str = Field("", description="Another scenario of the same folder, made first.")
    network: Stamp | None = Field(None, description="The network it was made for.")

    @field_validator("date")
    @classmethod
    def _is_date(cls, text: str) -> str:
        full = {0: "2000-01-01", 4: f"{text}-01-01", 7: f"{text}-01", 10: text}.get(len(text), "")
        try:
            calendar_date.fromisoformat(full)
        except ValueError:
            raise ValueError("write a date as 2021, 2021-08 or 2021-08-31") from None
        return text


KEYS = (*Head.model_fields, "changes")
