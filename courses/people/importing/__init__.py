"""People from an employer's own system, by CSV or XLSX: read, checked row by row, shown, written in batches, undone.

Who is matched, and with whom (nobody learns of, or takes over, an account that is not of her organisation):

1. the employer's reference, within this organisation;
2. else the work address the employer gave before, within this organisation;
3. else a login's verified address, if its person belongs to this organisation today.

Nobody else. An address that has an account elsewhere looks exactly like one that has none: a new person is made, and
the invitation to that address is what her account joins by, when and if she says so (`joining.accept`).
"""
