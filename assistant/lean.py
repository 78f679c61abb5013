"""Leaves out what Rasa imports and this assistant never uses: TensorFlow, other databases' and platforms' clients, plotting, prompts.

Rasa 3.6 imports all of its policies, channels and stores when it is imported. Of these we use RulePolicy, two base classes and one
store. The packages of the others, 2 GB on disk, are not installed; in their place stands a module whose every name is a class that may be
derived from and named in annotations, and raises `LeftOutError` when it is used. docs/decisions/0011-lean-rasa.md has what that saves.
"""

from __future__ import annotations

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

LEFT_OUT = frozenset(
    {
        # neural networks: DIET, TED and the like
        "tensorflow", "tensorflow_hub", "tensorflow_text", "keras", "h5py", "skops",
        "sklearn_crfsuite",
        # message brokers, cloud storage, other databases
        "aio_pika", "aiormq", "kafka", "confluent_kafka", "boto3", "botocore", "pymongo", "bson",
        "google.auth", "google.oauth2", "google.cloud", "dns",
        # Rasa's own connectors; ours need no client library
        "aiogram", "fbmessenger", "rocketchat_API", "slack_sdk", "socketio", "engineio", "twilio", "webexteamssdk",
        # pictures, prompts, telemetry, spaCy's command line
        "matplotlib", "PIL", "networkx", "prompt_toolkit", "questionary", "colorhash", "randomname", "sentry_sdk", "structlog_sentry",
        "spacy.cli", "weasel", "typer", "rich",
    }
)  # fmt: skip


class LeftOutError(RuntimeError):
    """Something was used that is not there, on purpose."""


class _LeftOut(type):
    """Makes classes whose attributes are all the same class, so that `tf.keras.layers.Layer` can be derived from."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __or__(cls, _: Any) -> Any:
        return cls

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if cls is Absent and len(arguments) == 1 and callable(arguments[0]) and not named:
            return arguments[0]  # a decorator without arguments, such as @tf.function
        raise LeftOutError(f"{cls.__module__}.{cls.__qualname__} needs a package that assistant/lean.py leaves out.")


class Absent(metaclass=_LeftOut):
    """Stands for every name of a package that is left out."""


class _Module(ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class _Finder(MetaPathFinder, Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        parts = fullname.split(".")
        is_left_out = any(".".join(parts[:length]) in LEFT_OUT for length in range(1, len(parts) + 1))
        return ModuleSpec(fullname, self, is_package=True) if is_left_out else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = _Module(spec.name)
        module.__path__ = []
        return module

    def exec_module(self, module: ModuleType) -> None:
        pass


def put_back() -> None:
    """Let the packages themselves be imported again, where they are installed: a peer in a benchmark needs them."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Finder)]


def leave_out() -> None:
    """Let the stand-ins be imported from here on, in place of packages that may be installed."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
