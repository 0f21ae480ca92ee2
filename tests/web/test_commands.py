"""How the fields of a form become a command."""

from typing import get_args

import msgspec
import pytest
from starlette.datastructures import FormData

from facilitate.meeting import Command
from facilitate.web.commands import LISTS, SENT_AS, fields


def test_every_command_can_be_sent_by_a_form() -> None:
    assert set(SENT_AS.values()) == set(get_args(Command))
    assert set(LISTS) == set(SENT_AS)


@pytest.mark.parametrize("name", SENT_AS)
def test_the_lists_of_a_command_are_its_tuples(name: str) -> None:
    kind = SENT_AS[name]
    tuples = {
        field.encode_name for field in msgspec.structs.fields(kind) if "tuple" in str(field.type)
    }
    assert LISTS[name] == tuples


def test_of_a_field_the_last_value_counts_and_of_a_list_all() -> None:
    form = FormData([("a", "1"), ("a", "2"), ("many", "x"), ("many", "y")])
    assert dict(fields(form, ["many", "none"])) == {"a": "2", "many": ["x", "y"], "none": []}


def test_line_ends_of_browsers_become_ours() -> None:
    assert dict(fields(FormData([("text", "One.\r\nTwo.")]), [])) == {"text": "One.\nTwo."}
