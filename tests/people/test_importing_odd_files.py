"""Lists as other programs and tired people leave them: CV-3, CV-5 (rights), RL-4 (all or nothing).

CV-2: the refused rows are the one list of people that the product writes and reads.

Each is uploaded, shown, confirmed and saved through the pages: the good rows are saved, the others
are listed with their reasons, and nothing answers with an error.
"""

import pytest
from sqlalchemy import func, select

from swa.core.csv_files import read_rows, write_rows
from swa.core.db import db, transaction
from swa.people.cli import save_confirmed_imports
from swa.people.models import Person, RoleGrant
from swa.people.types import Role
from tests.people.test_importing import press, upload
from tests.support.pages import read_page

HEAD = "Name;Email;Organisation;Sector;Borough\r\n"
GOOD = "Zoë Ångström;zoe@b.example.org;Café Nord;charity;Hackney\r\n"
BODY = HEAD + GOOD
MEGABYTE = 1024 * 1024
FILES = {
    "UTF-8 with its mark": (BODY.encode("utf-8-sig"), 0),
    "Windows-1252": (BODY.encode("cp1252"), 0),
    "UTF-16 with its mark": (BODY.encode("utf-16"), 0),
    "UTF-16, little end": (BODY.encode("utf-16-le"), 0),
    "UTF-16, big end": (BODY.encode("utf-16-be"), 0),
    "old Mac line ends": (BODY.replace("\r\n", "\r").encode(), 0),
    "blank lines between": (BODY.replace("\r\n", "\r\n\r\n;;;\r\n").encode(), 0),
    "rows that are too short": ((BODY + "Ann\r\n;\r\nBob;bob@b.example.org\r\n").encode(), 2),
    "a row that is too long": ((BODY + "Ann;ann@b.example.org;;;;;;more\r\n").encode(), 1),
    "headings twice": ((HEAD + HEAD + GOOD + HEAD).encode(), 2),
    "an address twice": ((BODY + GOOD.replace("zoe@", "ZOE@")).encode(), 1),
    "a cell of a megabyte": ((BODY + "A" * MEGABYTE + ";a@b.example.org;;;\r\n").encode(), 1),
    "signs that nobody sees": ((BODY + "\u202e\x01Eve;\x02;\x03;\x04\r\n").encode(), 1),
    "a formula in each cell": ((BODY + "=1+1;=1+1;@x;-1;+1\r\n").encode(), 1),
}


@pytest.mark.parametrize("name", FILES)
def test_good_rows_are_saved_and_the_others_listed(make, sign_in, name):
    content, refused = FILES[name]
    client = sign_in(make.coordinator())

    path = upload(client, content).location
    preview = client.get(path)
    before = db.session.scalar(select(func.count()).select_from(Person))
    press(client, path, f"{path}/confirm")
    save_confirmed_imports()
    result = read_page(client.get(path))

    assert preview.status_code == 200
    assert before == 1
    assert len(read_page(preview).select("table:first-of-type tbody tr")) >= refused
    assert result.select_one("h1").text == "The list is saved"
    db.session.expire_all()
    zoe = db.session.scalars(select(Person).where(Person.email == "zoe@b.example.org")).one()
    assert (zoe.name, zoe.organisation.name) == ("Zoë Ångström", "Café Nord")
    assert db.session.scalar(select(func.count()).select_from(Person)) == 2
    told = client.get(f"{path}/refused").text.splitlines()
    assert len([line for line in told if line.split(",")[0].strip('"').isdecimal()]) == refused


def test_the_refused_rows_sent_again_as_they_are_come_back_the_same(make, sign_in):
    names = ["'=Dee", "''Dee", "=Dee", "'Dee'", '"Dee"', " \t=Dee", "Dee;\r\nDee", "\ufeff-Dee"]
    rows = [[name, "nobody", "", "", ""] for name in names]
    client = sign_in(make.coordinator())

    first = refused_rows(client, write_rows([HEAD.strip().split(";"), *rows, ["Dee"]]))
    again = refused_rows(client, first)

    assert [row.cells[2] for row in read_rows(first)] == ["Name", *names, "Dee"]
    assert again == first


def refused_rows(client, content):
    return client.get(f"{upload(client, content).location}/refused").data


@pytest.mark.parametrize("roles", [[Role.PROGRAMME_COORDINATOR], [Role.ADMINISTRATOR]])
def test_no_row_does_what_its_importer_could_not_do_by_hand(make, sign_in, roles):
    """Roles, addresses of role holders, and who is disabled stay as they are, whatever is typed."""
    chief = make.person(roles=[Role.ADMINISTRATOR], email="chief@b.example.org")
    gone = make.person(email="gone@b.example.org", is_active=False)
    client = sign_in(make.person(roles=roles))
    with transaction():
        grants = set(db.session.execute(select(RoleGrant.person_id, RoleGrant.role)))
    rows = (
        "Name,Email,New email,Role,Roles,Is active,Disabled,Id,Access needs\r\n"
        f"Chief,chief@b.example.org,eve@b.example.org,participant,,no,yes,{gone.id},none\r\n"
        f"Gone,gone@b.example.org,,administrator,administrator,yes,no,{chief.id},none\r\n"
    )

    path = upload(client, rows.encode()).location
    press(client, path, f"{path}/confirm")
    save_confirmed_imports()

    db.session.expire_all()
    assert set(db.session.execute(select(RoleGrant.person_id, RoleGrant.role))) == grants
    assert (chief.email, chief.is_active, chief.name) == ("chief@b.example.org", True, "Chief")
    assert (gone.email, gone.is_active, gone.name) == ("gone@b.example.org", False, "Gone")
