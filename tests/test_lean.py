"""What Rasa imports and we never use is left out, and says so where it is used."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version

import pytest

from assistant import lean
from assistant.paths import ROOT


def test_rasa_is_the_version_whose_imports_were_looked_through():
    # A newer one may use at start what is left out here: look, then change this line.
    assert version("rasa") == "3.6.21"


def test_serving_imports_nothing_that_is_left_out():
    code = "import sys, assistant.serve; print([name for name, module in sys.modules.items() if getattr(module, '__file__', None)])"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "'rasa.core.agent'" in printed
    loaded = {name.strip("'[] ") for name in printed.split(",")}
    assert not [name for name in loaded if name in lean.LEFT_OUT]


def test_a_class_may_be_derived_from_what_is_left_out_and_not_made():
    import tensorflow as tf

    class Layer(tf.keras.layers.Layer):
        pass

    with pytest.raises(lean.LeftOutError, match="leaves out"):
        Layer()
    with pytest.raises(lean.LeftOutError):
        tf.constant(1)


def test_a_function_decorated_by_what_is_left_out_stays_as_it_is():
    import tensorflow as tf

    @tf.function
    def three():
        return 3

    assert three() == 3


def test_a_benchmark_can_have_the_packages_themselves():
    code = "import sys; from assistant import lean; lean.put_back(); print(lean._Finder in map(type, sys.meta_path))"
    printed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


def test_a_name_that_only_begins_like_one_left_out_is_imported():
    assert lean._Finder().find_spec("tensorflowless") is None
    assert lean._Finder().find_spec("tensorflow.keras.layers") is not None
