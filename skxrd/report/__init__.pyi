from ._report_data import study_maps
from ._scan_page import make_scan_report
from ._study_page import make_report

__all__ = ["make_report", "make_scan_report", "study_maps"]
