"""The example in `ADDING.md` is an ATS that works: it passes the contract as it stands on the page."""

import inspect
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.demo import ats as stand_ins
from bot.demo.ats.server import Fault
from connectors import wire
from connectors.base import Capability
from connectors.errors import ConnectorError, MissingPermission
from connectors.vendors import CONNECTORS

from . import test_contract
from .conftest import Pair, PairOf
from .failures import COMMON

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[2] / "connectors/ADDING.md"
BLOCKS = re.findall(r"^```python\n# (\S+)\.py\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
FAILURES = [*COMMON, ("a plan", Fault(400, {"code": "plan_too_small"}), MissingPermission)]

globals().update(
    {
        name: promise
        for name, promise in vars(test_contract).items()
        if name.startswith("test_") and "ats" in inspect.signature(promise).parameters
    }
)


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The modules of the page, run in its order and listed where an ATS is."""
    made = {}
    for path, code in BLOCKS:
        name = path.replace("/", ".")
        made[name] = module = ModuleType(name)
        module.__package__ = name.rpartition(".")[0]
        monkeypatch.setitem(sys.modules, name, module)
        if name == "connectors.wire.acme":
            monkeypatch.setattr(wire, "acme", module, raising=False)
        exec(compile(code, f"{PAGE.name}: {path}.py", "exec"), vars(module))
    monkeypatch.setitem(CONNECTORS, "acme", made["connectors.acme"].Acme)
    monkeypatch.setitem(stand_ins.STAND_INS, "acme", made["bot.demo.ats.acme"].StandInAcme)
    return made


@pytest.fixture
async def pair(acme: dict[str, ModuleType], pair_of: PairOf) -> Pair:
    return await pair_of("acme")


def test_the_page_has_all_of_an_ats() -> None:
    assert [path for path, _ in BLOCKS] == ["connectors/wire/acme", "connectors/acme", "bot/demo/ats/acme"]


def test_it_can_do_what_the_page_says(acme: dict[str, ModuleType]) -> None:
    can = {Capability.FIND, Capability.CANDIDATE, Capability.ADD_NOTE}
    assert CONNECTORS["acme"].capabilities == can


@pytest.mark.parametrize(("name", "fault", "error"), FAILURES, ids=[each[0] for each in FAILURES])
async def test_each_failure_has_one_name(
    acme: dict[str, ModuleType],
    name: str,
    fault: Fault,
    error: type[ConnectorError],
    pair_of: PairOf,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await test_contract.test_each_failure_has_one_name_and_holds_no_data(
        "acme", name, fault, error, pair_of, caplog
    )


async def test_it_reads_all_pages(pair: Pair) -> None:
    assert len(await pair.ats.find("nguyen", limit=1000)) == 230
    assert [call.query["page"] for call in pair.stand_in.calls] == ["1", "2", "3", "4", "5"]
