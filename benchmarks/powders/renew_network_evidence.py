"""Renew the network's part of the evidence of ``identifier_evidence.py``, without a search.

Run as ``python -m benchmarks.powders.renew_network_evidence FOLDER`` with ``SKXRD_DATA`` set, after
the network of the package has changed and before ``fit_identifier.py``.
"""

import os
import pickle
import sys
from pathlib import Path

from benchmarks.powders.identifier_evidence import work
from skxrd._files import replaced_file
from skxrd.powders import load_symmetry_classifier
from skxrd.preprocessing import PatternStacker


def main(folder):
    """Write each file of the folder again with the probabilities of the network of the package."""
    folder = Path(folder)
    classifier = load_symmetry_classifier()
    stacker = PatternStacker(
        classifier.two_theta_, wavelength=classifier.wavelength_, outside="mask"
    )
    for name, pattern, _ in work(Path(os.environ["SKXRD_DATA"]), folder):
        path = folder / f"{name}.pickle"
        if path.exists():
            found = pickle.loads(path.read_bytes())
            found["network"] = classifier.predict_proba(stacker.fit_transform([pattern]))[0]
            with replaced_file(path) as temporary:
                Path(temporary).write_bytes(pickle.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
