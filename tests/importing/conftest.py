from tests.importing.files import importing

__all__ = ["importing"]
