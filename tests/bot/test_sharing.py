"""What one process knows and another has to hear of: Home, open forms, workspaces that left."""

import json

import pytest
from pydantic import SecretStr

from bot.slack.invocation import Invocation, Source
from bot.store.vault import Vault, new_key
from bot.work.cluster import sharing
from bot.work.cluster.peers import Hearer, Peers
from bot.work.cluster.sharing import People, Sharing
from commands.text.person import AddRequest

pytestmark = pytest.mark.anyio

OLU = AddRequest(name="Olu Ade", email="olu.ade@example.com", links=("https://example.com/olu",))
TYPED = Invocation(
    id="1",
    source=Source.BUTTON,
    team="T1",
    user="U1",
    user_team="T1",
    received=1.0,
    block="email",
    view_id="V1",
    values={"email": {"value": {"value": "olu.ade@example.com"}}},
)
ONE_KEY = Vault([SecretStr(new_key())])


class Speaking(Peers):
    """A process that another one hears at once; it remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.others: list[Hearer] = []
        self.hearers: list[Hearer] = []

    def tell(self, said: str) -> bool:
        self.said.append(said)
        for hearer in self.others:
            hearer(said)
        return True

    def hear(self, hearer: Hearer) -> None:
        self.hearers.append(hearer)


class Process:
    """`forms` are the people of the forms that it has opened."""

    def __init__(self, vault: Vault = ONE_KEY, **forms: People) -> None:
        self.peers = Speaking()
        self.sharing = Sharing(self.peers, vault)
        self.changed: list[tuple[str, str, bool]] = []
        self.left: list[str] = []
        self.forgotten: list[str] = []
        self.typed: list[Invocation] = []
        self.sharing.begin(
            lambda *about: self.changed.append(about),
            [self.left.append, self.left.append],
            [self.forgotten.append, self.forgotten.append],
            self.typed.append,
            lambda team, view: forms.get(view) if team == "T1" else None,
        )


def pair(one: Process, other: Process) -> tuple[Process, Process]:
    one.peers.others = other.peers.hearers
    other.peers.others = one.peers.hearers
    return one, other


async def test_what_concerns_the_memory_of_another_process_reaches_it() -> None:
    one, other = pair(Process(), Process())
    one.sharing.changed("T1", "U1")
    one.sharing.changed("T1", "U1", everybody=True)
    one.sharing.left("T1")
    assert other.changed == [("T1", "U1", False), ("T1", "U1", True)]
    assert other.left == ["T1", "T1"]
    assert (one.changed, one.left) == ([], [])


async def test_that_somebody_is_forgotten_empties_the_caches_of_another_process_and_names_nobody() -> None:
    one, other = pair(Process(), Process())
    one.sharing.forgotten("T1")
    assert (other.forgotten, other.left, one.forgotten) == (["T1", "T1"], [], [])
    assert one.peers.said == ['["forgotten", "T1"]']


async def test_what_is_typed_in_a_form_reaches_whoever_opened_it_and_nobody_can_read_it_on_the_way() -> None:
    one, other = pair(Process(), Process(V1=[OLU]))
    assert one.sharing.typed(TYPED)
    assert other.typed == [TYPED]
    assert await one.sharing.people("T1", "V1") == (OLU,)
    assert "example" not in "".join([*one.peers.said, *other.peers.said]).lower()


async def test_a_form_of_another_workspace_or_of_nobody_has_no_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sharing, "PATIENCE", 0.01)
    one, other = pair(Process(), Process(V1=[OLU]))
    assert await one.sharing.people("T2", "V1") is None
    assert await one.sharing.people("T1", "V2") is None
    assert [json.loads(said)[0] for said in other.peers.said] == []


async def test_alone_nobody_is_asked() -> None:
    alone = Sharing(Peers(), ONE_KEY)
    assert not alone.typed(TYPED)
    assert await alone.people("T1", "V1") is None


@pytest.mark.parametrize(
    "said", ['["typed", "no seal"]', '["left"]', '["tomorrow", 1]', '["they", "V1", "no seal"]']
)
async def test_what_cannot_be_understood_is_passed_over(said: str) -> None:
    process = Process()
    for hearer in process.peers.hearers:
        hearer(said)
    assert (process.changed, process.left, process.typed) == ([], [], [])


async def test_a_process_with_other_keys_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "PATIENCE", 0.01)
    stranger = Vault([SecretStr(new_key())])
    one, other = pair(Process(stranger), Process(V1=[OLU]))
    assert one.sharing.typed(TYPED)
    assert other.typed == []
    assert await one.sharing.people("T1", "V1") is None
