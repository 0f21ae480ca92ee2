import pytest
from sqlalchemy import Engine

from facilitate.record.directory import AlreadyListed, Directory, Entry, NotListed, entered
from facilitate.record.engines import writing
from facilitate.record.log import Log

ANNA = Entry("anna", "Anna Żak", "Rivers Union", "pl")
OMAR = Entry("omar", "عمر", "", "ar")


@pytest.fixture
def directory(engine: Engine) -> Directory:
    Log(engine).start("forum", "RIVER-7", [])
    Log(engine).start("other", "LAKE-2", [])
    return Directory(engine)


def test_whoever_is_added_is_listed(directory: Directory) -> None:
    directory.add("forum", OMAR)
    directory.add("forum", ANNA)

    assert directory.entries("forum") == {"anna": ANNA, "omar": OMAR}
    assert directory.entry("forum", "omar") == OMAR


def test_a_person_is_listed_once(directory: Directory) -> None:
    directory.add("forum", ANNA)

    with pytest.raises(AlreadyListed):
        directory.add("forum", Entry("anna", "Another Anna", "", "en"))
    assert directory.entries("forum") == {"anna": ANNA}


def test_each_forum_has_its_own_directory(directory: Directory) -> None:
    another = Entry("anna", "Another Anna", "", "en")
    directory.add("forum", ANNA)
    directory.add("other", another)

    changed = Entry("anna", "A.", "", "en")
    directory.change("forum", changed)

    assert directory.entries("forum") == {"anna": changed}
    assert directory.entries("other") == {"anna": another}


def test_who_is_not_listed_is_not_found_and_not_changed(directory: Directory) -> None:
    directory.add("other", ANNA)

    with pytest.raises(NotListed):
        directory.entry("forum", "anna")
    with pytest.raises(NotListed):
        directory.change("forum", ANNA)
    assert directory.entries("forum") == {}


def test_a_forum_that_was_never_started_has_no_directory(directory: Directory) -> None:
    with pytest.raises(AlreadyListed):
        directory.add("nowhere", ANNA)


def test_many_are_entered_at_once_and_who_was_listed_stays_as_they_are(
    directory: Directory,
) -> None:
    directory.add("forum", ANNA)
    directory.add("other", OMAR)
    again = Entry("anna", "Another Anna", "", "en")

    with writing(directory.engine) as connection:
        stand = entered(connection, "forum", [again, OMAR, OMAR])

    assert {entry.id: entry for entry in stand} == {"anna": ANNA, "omar": OMAR}
    assert directory.entries("forum") == {"anna": ANNA, "omar": OMAR}
