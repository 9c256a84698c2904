"""First block of every guide page, in an environment without extras.

Run as ``python -m benchmarks.tools.first_blocks``, with the installed package and nothing else.
Blocks that need an extra say so in their first line and are left out. Exit status 1 if a block
fails.
"""

import os
import sys
import tempfile
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))
os.environ.setdefault("MPLBACKEND", "Agg")


def main():
    import matplotlib.pyplot as plt
    from guide_material import EXTRAS, NOT_RUN, PREPARE, WITH_CODE, blocks, made_smaller

    failed = 0
    for page in WITH_CODE:
        _, code = blocks(page, "python")[0]
        first = code.splitlines()[0]
        if (page, first) in NOT_RUN or any(sign in code for sign in EXTRAS):
            print(f"{page}: left out")
            if (page, first) not in NOT_RUN and "pip install" not in first:
                failed += 1
                print("  its first line does not name the extra")
            continue
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                names = {"__name__": "guide"} | (PREPARE[page]() or {} if page in PREPARE else {})
                exec(compile(made_smaller(page, code, {}), page, "exec"), names)
                print(f"{page}: runs", flush=True)
            except Exception:
                failed += 1
                print(f"{page}: FAILS", flush=True)
                traceback.print_exc()
            finally:
                plt.close("all")
                os.chdir("/")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
