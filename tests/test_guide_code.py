"""The Python of the guide runs: every block of every page and of the README, in order.

What the blocks take for granted is in ``guide_material.py``. A block that needs an extra which is
not installed is reported as skipped. Nothing else is left out.
"""

import shlex

import pytest
from guide_material import (
    NOT_RUN,
    PAGES,
    PREPARE,
    ROOT,
    SMALLER,
    WITH_CODE,
    blocks,
    made_smaller,
    missing_extras,
)

from skxrd._cli import main

pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="docs are not installed")


# numpy 2 deprecates how Keras turns variables into arrays when it saves them
@pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept:DeprecationWarning")
@pytest.mark.parametrize("page", WITH_CODE)
def test_blocks_of_a_page_run_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MPLBACKEND", "Agg")
    names = {"__name__": "guide"} | (PREPARE[page]() or {} if page in PREPARE else {})
    replaced, absent = {}, []
    for line, code in blocks(page, "python"):
        code = made_smaller(page, code, replaced)
        if (page, code.splitlines()[0]) in NOT_RUN:
            continue
        if needed := missing_extras(code):
            absent.append(f"the block in line {line} needs {', '.join(needed)}")
        else:
            exec(compile("\n" * (line - 1) + code, str(ROOT / page), "exec"), names)
    gone = [old for old, _ in SMALLER.get(page, ()) if not replaced.get(old)]
    assert not gone, f"{page} no longer has {gone}; mend SMALLER"
    if absent:
        pytest.skip(f"all run but this: {'; '.join(absent)}")


def test_what_is_not_run_is_there():
    for page, first in NOT_RUN:
        assert first in [code.splitlines()[0] for _, code in blocks(page, "python")], (page, first)
    assert set(PREPARE) | set(SMALLER) <= set(WITH_CODE)


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sh", "")])
def test_commands_have_the_options_that_are_written(page):
    for _, code in blocks(page, "sh", ""):
        for line in code.splitlines():
            for command in line.split("&&"):
                words = shlex.split(command, comments=True)
                if words[:1] != ["skxrd"] or words[1:] == ["--version"]:
                    continue
                verb = main.get_command(None, words[1])
                verb = verb.commands[words[2]] if hasattr(verb, "commands") else verb
                known = {option for item in verb.params for option in item.opts}
                written = {word.split("=")[0] for word in words[2:] if word.startswith("-")}
                assert written <= known, f"{page}: {command.strip()}"
