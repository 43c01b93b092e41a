"""What the columns and cells of a list of people mean, however an HR system words them.

Headings are compared without capitals, accents and punctuation. Access needs are never imported:
people tell them themselves, and few may see them.

Source:
    C25 (bulk upload), AN-02 (organisation and sector), AN-06 (volunteers), IN-15 (only what is
    needed: other columns are left out).
"""

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum

from swa.core.csv_files import UNSEEN
from swa.people.types import PersonKind, Sector

TEMPLATE = (
    "Name",
    "Email",
    "Organisation",
    "Sector",
    "Borough",
    "Team",
    "Job role",
    "Paid or volunteer",
    "Line manager email",
)
DIRECTION_MARKS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
NOT_A_LETTER = re.compile(r"[^a-z0-9]+")
LONGEST_QUOTE = 60


class Column(StrEnum):
    """What a column holds, named as in the refusals."""

    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    EMAIL = "email address"
    ORGANISATION = "organisation"
    SECTOR = "sector"
    BOROUGH = "borough"
    TEAM = "team"
    JOB_ROLE = "job role"
    KIND = "paid or volunteer"
    VOLUNTEER = "volunteer"
    LINE_MANAGER = "line manager"


SYNONYMS: Mapping[Column, str] = {
    Column.NAME: "name|full name|person|person name|employee name|employee|staff name|staff member"
    "|preferred name|display name|volunteer name|participant|participant name|contact name",
    Column.FIRST_NAME: "first name|forename|forenames|given name|given names|first names"
    "|known as|preferred first name|firstname",
    Column.LAST_NAME: "last name|surname|family name|lastname|last names",
    Column.EMAIL: "email|e mail|email address|e mail address|work email|work e mail"
    "|work email address|business email|business email address|office email|mail|emailaddress"
    "|staff email|employee email|company email|user principal name|upn|primary email|email work"
    "|work email primary",
    Column.ORGANISATION: "organisation|organization|employer|organisation name"
    "|organization name|company|company name|agency|charity|legal entity|institution"
    "|org|partner|partner organisation",
    Column.SECTOR: "sector|organisation sector|organisation type|type of organisation"
    "|organization type|employer type|sector type",
    Column.BOROUGH: "borough|london borough|local authority area|area|organisation borough"
    "|work borough",
    Column.TEAM: "team|department|team name|department name|dept|service|service area|division"
    "|unit|directorate|business unit|org unit|organisation unit|organisational unit"
    "|team department|cost centre name",
    Column.JOB_ROLE: "job role|job title|role|position|position title|post|post title|title of post"
    "|occupation|job|jobtitle|role title|designation|job name",
    Column.KIND: "paid or volunteer|kind|employment type|employee type|worker type|contract type"
    "|type of employment|staff type|employment status|engagement type|paid volunteer"
    "|volunteer or paid|person type|assignment category",
    Column.VOLUNTEER: "volunteer|is volunteer|a volunteer|volunteer yes no|volunteer y n",
    Column.LINE_MANAGER: "line manager email|line manager|manager|manager email|line manager e mail"
    "|manager e mail|line manager email address|manager email address|supervisor"
    "|supervisor email|reports to|reports to email|managers email|line managers email"
    "|manager work email|manager s email|line manager s email|reporting manager",
}
COLUMN_OF = {heading: column for column, words in SYNONYMS.items() for heading in words.split("|")}
SECTOR_OF: Mapping[str, Sector] = {
    word: sector
    for sector, words in {
        Sector.COUNCIL: "council|local authority|local government|borough council|london borough"
        "|la|local council|statutory council",
        Sector.VOLUNTARY: "voluntary|voluntary sector|charity|charities|vcs|vcse|vcfs|vcfse|vcsfe"
        "|community|third sector|voluntary and community|voluntary and community sector|voluntary"
        " community sector|voluntary organisation|community organisation|non profit|nonprofit"
        "|not for profit|charitable|civil society|community and voluntary|voluntary or community",
        Sector.HEALTH: "health|nhs|health service|health services|healthcare|health care"
        "|primary care|nhs trust|icb|health sector|health partner|health and care",
        Sector.OTHER: "other|other sector|none of these|something else",
    }.items()
    for word in words.split("|")
}
KIND_OF: Mapping[str, PersonKind] = {
    word: kind
    for kind, words in {
        PersonKind.PAID: "paid|paid staff|staff|employee|employed|permanent|perm|fixed term"
        "|fixed term contract|full time|part time|contract|contractor|contracted|agency"
        "|agency worker|temporary|temp|secondment|seconded|secondee|apprentice|casual|bank"
        "|bank staff|sessional|zero hours|regular|salaried|worker|consultant|interim|p",
        PersonKind.VOLUNTEER: "volunteer|voluntary|unpaid|volunteering|trustee|unpaid volunteer|v"
        "|volunteer staff|volunteer worker",
    }.items()
    for word in words.split("|")
}
YES = frozenset({"yes", "y", "true", "1", "volunteer"})
NO = frozenset({"no", "n", "false", "0", "paid"})


def plain_words(text: str) -> str:
    """Return the letters and digits of a text in lower case, single spaces between the words."""
    flat = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    flat = "".join(letter for letter in flat if not unicodedata.combining(letter))
    return NOT_A_LETTER.sub(" ", flat).strip()


def matching_name(name: str) -> str:
    """Return what two spellings of one organisation or team have in common.

    Capitals, blanks, kinds of apostrophe, full stops and "&" for "and" make no difference.
    """
    flat = unicodedata.normalize("NFKC", name.replace("&", " and ")).casefold()
    flat = flat.replace("’", "'").replace("‘", "'").replace(".", " ").replace(",", " ")
    return " ".join(flat.split())


def tidy_cell(cell: str) -> str:
    """Return a cell on one line, without what nobody can see around or nobody should inside it."""
    text = UNPRINTABLE.sub("", cell).strip(UNSEEN + "\t\r\n").translate(DIRECTION_MARKS)
    return " ".join(unicodedata.normalize("NFC", text).split())


def quote(cell: str) -> str:
    """Put a cell in quotation marks for a sentence, cut when it is long."""
    short = cell if len(cell) <= LONGEST_QUOTE else f"{cell[: LONGEST_QUOTE - 1]}…"
    return f"“{short}”"


def find_column(heading: str) -> Column | None:
    """Say what a column holds by its heading; None for one that we do not use."""
    words = plain_words(heading)
    return COLUMN_OF.get(words) or COLUMN_OF.get(words.removesuffix(" optional"))


def find_sector(word: str) -> Sector | None:
    """Say which sector a cell names; None when it is empty or not understood."""
    return SECTOR_OF.get(plain_words(word))


def find_kind(word: str) -> PersonKind | None:
    """Say how somebody works; None when the cell is empty or not understood."""
    return KIND_OF.get(plain_words(word))


def find_kind_by_yes(word: str) -> PersonKind | None:
    """Read the cell of a column that asks "volunteer?"."""
    words = plain_words(word)
    if words in YES:
        return PersonKind.VOLUNTEER
    return PersonKind.PAID if words in NO else None
