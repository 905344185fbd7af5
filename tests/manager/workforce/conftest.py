from tests.importing.files import importing_fixture

__all__ = ["importing_fixture"]
