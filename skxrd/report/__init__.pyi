from ._report_data import study_maps
from ._scan_page import make_scan_report
from ._study_curves import draw_study_curves
from ._study_page import make_report

__all__ = ["draw_study_curves", "make_report", "make_scan_report", "study_maps"]
