"""Pages that can be sent to a colleague."""

from skxrd.report._report_data import study_maps
from skxrd.report._scan_page import make_scan_report
from skxrd.report._study_curves import draw_study_curves
from skxrd.report._study_page import make_report

__all__ = ["draw_study_curves", "make_report", "make_scan_report", "study_maps"]
