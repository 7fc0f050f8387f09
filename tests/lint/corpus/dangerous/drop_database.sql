-- expect: DL104@3
-- file: 001_drop.sql {transaction: false, irreversible: the database was replaced}
DROP DATABASE IF EXISTS corpus_no_such_database;
