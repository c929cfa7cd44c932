"""Something in every column that is sealed, put there as the bot does it."""

from pydantic import SecretStr

from bot.store.activity import Activity
from bot.store.audit import Audit, Happened
from bot.store.base import Row, Store
from bot.store.cards import CardTable, Posted
from bot.store.imports import Imports
from bot.store.installations import Installation, InstallationTable
from bot.store.markings import remembering
from bot.store.subscriptions import SubscriptionTable
from bot.store.vault import Vault
from bot.store.watches import Memory, Watches
from bot.store.workspaces import Workspaces
from commands.base import Picks
from commands.ports.deed import Deed, State
from commands.ports.subscription import Filters, Subscription
from commands.table.columns import Columns
from commands.table.importing import Plan, Wish
from commands.table.sheet import Line
from connectors.models import ChangeKind, Cursor

NOW = 1_800_000_000.0
NEWS = '[{"nobody": "here"}]'
PROCESS = "the one process"


async def fill(store: Store, vault: Vault, *teams: str) -> None:
    """Two rows of each kind for every workspace."""
    await remembering(store, vault)
    for team in teams:
        await _installed(store, vault, team)
        for number in (1, 2):
            connection = await Workspaces(store, vault).connect(
                team, "recruspace", f"R{number}", {"key": f"secret-{team}-{number}"}
            )
            await _listening(store, vault, team, connection.id, f"C{number}")
            await _asked(store, vault, team, connection.id, number)
            await _imported(store, vault, team, connection.id, number)


async def _installed(store: Store, vault: Vault, team: str) -> None:
    table = InstallationTable(store, vault)
    tokens = {"token": SecretStr(f"xoxb-{team}"), "refresh_token": SecretStr(f"xoxe-{team}")}
    await table.save(Installation(team=team, expires_at=NOW, **tokens))
    happened = Happened(id=f"{team}:1", team=team, actor="U1", verb="find", outcome="done", at=NOW)
    await Audit(store, vault).record(happened)


async def _listening(store: Store, vault: Vault, team: str, connection: str, channel: str) -> None:
    kinds, filters = (ChangeKind.ADDED,), Filters(tags=("python",))
    subscription = Subscription(channel=channel, connection=connection, kinds=kinds, filters=filters, by="U1")
    await SubscriptionTable(store, vault).save(team, subscription)
    watches = Watches(store, vault, PROCESS)
    await watches.begin(team, connection, NOW)
    watching = await watches.take(team, connection, NOW, NOW + 60)
    assert watching
    memory = Memory(account="a", generation="g", cursor=Cursor(state="{}"))
    settings = await Workspaces(store, vault).sealed_settings(team, connection) or ""
    assert await watches.remember(watching, memory, NEWS, settings)
    posted = Posted(team, channel, "hash", connection, ts="1.0", at=NOW)
    await CardTable(store, vault).record(posted, week=1, told={"pool:Alumni": 1, "kind:added": 1})


async def _asked(store: Store, vault: Vault, team: str, connection: str, number: int) -> None:
    deed = Deed(
        job=f"{team}:{number}",
        command="/candidate",
        verb="note",
        state=State.DONE,
        reference="r",
        created=NOW,
        updated=NOW,
        reason="Of somebody",
        picks=Picks(connection=connection, candidate="4711"),
    )
    await Activity(store, vault).record(team, "U1", deed)


async def _imported(store: Store, vault: Vault, team: str, connection: str, number: int) -> None:
    imports, id = Imports(store, vault), f"{team}-{number}"
    plan = Plan(file="F1", filename="people.csv", digest="d", columns=Columns(), author="Mia")
    await imports.claim(id, "runner", Wish.START, lambda: (team, "U1", connection, plan))
    lines = [(Line(number=row, cells=(f"somebody{row}@example.com",)), "") for row in (1, 2)]
    await imports.put_rows(team, id, lines)
    for line, _ in lines:
        await imports.note_steps(team, id, line.number, [("sending", "x")])


async def everything(store: Store, tables: list[str]) -> dict[str, list[Row]]:
    return {table: list(await store.rows(table, {})) for table in tables}
