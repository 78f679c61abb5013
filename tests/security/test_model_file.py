"""A model file that is an attack: what Rasa unpacks it with refuses it. A model is code all the same, and only one's own is to be used."""

from __future__ import annotations

import io
import tarfile

import pytest
from rasa.engine.storage.local_model_storage import LocalModelStorage
from tarsafe import TarSafeException


def member(name, **more):
    described = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(described, key, value)
    return described


@pytest.mark.parametrize(
    "evil",
    [
        pytest.param(member("../outside"), id="a path upwards"),
        pytest.param(member("/tmp/outside-of-these-tests"), id="an absolute path"),
        pytest.param(member("inside", type=tarfile.SYMTYPE, linkname="../outside"), id="a link outside"),
        pytest.param(member("inside", type=tarfile.LNKTYPE, linkname="/etc/passwd"), id="a hard link outside"),
        pytest.param(member("inside", type=tarfile.CHRTYPE), id="a device"),
    ],
)
def test_an_archive_that_reaches_outside_is_refused(tmp_path, evil):
    archive, storage = tmp_path / "model.tar.gz", tmp_path / "storage"
    storage.mkdir()
    with tarfile.open(archive, "w:gz") as written:
        written.addfile(evil, io.BytesIO())
    with pytest.raises(TarSafeException):
        LocalModelStorage.from_model_archive(storage, archive)
    assert not (tmp_path / "outside").exists()
