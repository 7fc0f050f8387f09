import time
from system.fix_pooler import pooling
def test_stall(bank, database_url):
    bank.folder.add("001_t.sql", "CREATE TABLE t (id int);\nSELECT pg_sleep(1.5);\nCOPY t FROM stdin;\n1\n\\.\n")
    bank.folder.save()
    with pooling(database_url, size=1) as pooler:
        began = time.monotonic()
        o = bank.attempt("migrate", DATABASE_URL=pooler.url)
        print(o, time.monotonic() - began)
    assert 0
