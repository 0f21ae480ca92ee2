"""Where the files of the pages are found, in a checkout and in a wheel."""

import pytest

from facilitate.places import CHECKOUT, LOCALES, STATIC, TEMPLATES, find


def test_in_a_checkout_they_stand_beside_the_package() -> None:
    assert STATIC == CHECKOUT / "static"
    assert TEMPLATES == CHECKOUT / "templates"
    assert (STATIC / "base.css").is_file()
    assert (TEMPLATES / "base.html").is_file()
    assert (LOCALES / "fr" / "LC_MESSAGES" / "facilitate.po").is_file()


def test_what_is_nowhere_is_told() -> None:
    with pytest.raises(FileNotFoundError, match="nothing/ is neither in the package nor beside it"):
        find("nothing")
