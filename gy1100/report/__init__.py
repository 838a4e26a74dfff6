"""Reports: an assessment as tables, charts, sentences, a workbook and pages. What notebooks call stands here."""

from __future__ import annotations

from .calendar_page import CalendarReport
from .changes import comparison_html
from .county import UnitReport
from .daily_report import DailyReport
from .explained import explanation_html, explanation_page
from .imports import ImportReport
from .rank_report import RobustnessReport
from .rulebook_page import rulebook_page
from .screening import ScreensReport
from .sections import Report
from .steps import Steps

__all__ = [
    "CalendarReport",
    "DailyReport",
    "ImportReport",
    "Report",
    "RobustnessReport",
    "ScreensReport",
    "Steps",
    "UnitReport",
    "comparison_html",
    "explanation_html",
    "explanation_page",
    "rulebook_page",
]
