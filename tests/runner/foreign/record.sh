#!/usr/bin/env bash
# Record what other tools leave behind: each applies the same three migrations to a database of its own, and the tables
# that it keeps for itself are dumped to TOOL.sql beside this script.
#
# Usage: PGHOST=… PGUSER=… record.sh FOLDER
# FOLDER holds the tools: bin/python with alembic, django, yoyo-migrations and psycopg2-binary (pip install), and
# node_modules with dbmate@2 and liquibase@4 (npm install); that one needs java. sqitch and ruby-activerecord are
# Debian's. Whoever is missing is left out, and the tables of tools that are not named here were written by hand.
set -euo pipefail
tools=$(realpath "$1")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PGHOST PGPORT=${PGPORT:-5432} PGUSER PGDATABASE

up=(
    'CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL);'
    'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint REFERENCES customers (id));'
    'ALTER TABLE orders ADD COLUMN note text;'
)
down=('DROP TABLE customers;' 'DROP TABLE orders;' 'ALTER TABLE orders DROP COLUMN note;')
names=(create_customers create_orders add_note)

record() { # TOOL VERSION TABLES…: run the function of the tool in a new database, and dump its tables
    local tool=$1 version=$2
    shift 2
    PGDATABASE="record_${tool//-/_}"
    dropdb --if-exists "$PGDATABASE"
    createdb "$PGDATABASE"
    mkdir "$work/$tool"
    (cd "$work/$tool" && "run_${tool//-/_}") > "$work/$tool.log" 2>&1 || { cat "$work/$tool.log"; return 1; }
    {
        echo "-- The ledger of $tool, left by a run of $version: tests/runner/foreign/record.sh"
        pg_dump --no-owner --no-privileges --inserts "$@" |
            grep --invert-match --extended-regexp '^(--|SET |SELECT pg_catalog.set_config|\\|$)'
    } > "$here/$tool.sql"
    dropdb "$PGDATABASE"
    echo "recorded $tool: $version"
}

run_dbmate() {
    mkdir -p db/migrations
    for n in 0 1 2; do
        printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "${up[n]}" "${down[n]}" \
            > "db/migrations/2024010100000$((n + 1))_${names[n]}.sql"
    done
    "$tools/node_modules/.bin/dbmate" --url "postgres://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE?sslmode=disable" --no-dump-schema up
}

run_liquibase() {
    {
        echo '--liquibase formatted sql'
        for n in 0 1 2; do
            printf -- '--changeset alice:%s-%s\n%s\n--rollback %s\n' "$((n + 1))" "${names[n]}" "${up[n]}" "${down[n]}"
        done
    } > changelog.sql
    local home=$tools/node_modules/liquibase/dist/liquibase
    "$home/liquibase" --url="jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE" --username="$PGUSER" --password=x \
        --classpath="$(ls "$tools"/node_modules/liquibase/dist/drivers/postgresql-*.jar)" \
        --changelog-file=changelog.sql update
}

run_alembic() {
    "$tools/bin/alembic" init db
    sed -i "s|^sqlalchemy.url.*|sqlalchemy.url = postgresql+psycopg2://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE|" alembic.ini
    local before=None
    for n in 0 1 2; do
        local revision="a0000000000$((n + 1))"
        cat > "db/versions/${revision}_${names[n]}.py" << PYTHON
from alembic import op
revision, down_revision = "$revision", $before
def upgrade(): op.execute("""${up[n]}""")
def downgrade(): op.execute("""${down[n]}""")
PYTHON
        before="\"$revision\""
    done
    "$tools/bin/alembic" upgrade head
}

run_yoyo() {
    mkdir db
    for n in 0 1 2; do
        echo "${up[n]}" > "db/000$((n + 1)).${names[n]}.sql"
        echo "${down[n]}" > "db/000$((n + 1)).${names[n]}.rollback.sql"
    done
    "$tools/bin/yoyo" apply --batch --database "postgresql://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE" db
}

run_django() {
    mkdir -p shop/migrations
    touch shop/__init__.py shop/migrations/__init__.py
    local before=
    for n in 0 1 2; do
        local name="000$((n + 1))_${names[n]}"
        cat > "shop/migrations/$name.py" << PYTHON
from django.db import migrations
class Migration(migrations.Migration):
    dependencies = [$before]
    operations = [migrations.RunSQL("""${up[n]}""", """${down[n]}""")]
PYTHON
        before="('shop', '$name')"
    done
    "$tools/bin/python" - << PYTHON
import os, django
from django.conf import settings
settings.configure(INSTALLED_APPS=["shop"], USE_TZ=True, DATABASES={"default": {
    "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "USER": os.environ["PGUSER"],
    "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"]}})
django.setup()
from django.core.management import call_command
call_command("migrate")
PYTHON
}

run_sqitch() {
    sqitch init shop --engine pg
    sqitch config user.name 'Alice Example'
    sqitch config user.email alice@example.org
    for n in 0 1 2; do
        sqitch add "${names[n]}" -n "${names[n]}"
        echo "BEGIN; ${up[n]} COMMIT;" > "deploy/${names[n]}.sql"
        echo "BEGIN; ${down[n]} COMMIT;" > "revert/${names[n]}.sql"
    done
    sqitch deploy "db:pg://$PGUSER@$PGHOST:$PGPORT/$PGDATABASE"
}

run_rails() {
    mkdir db
    for n in 0 1 2; do
        local class
        class=$(sed -E 's/(^|_)([a-z])/\U\2/g' <<< "${names[n]}")
        printf 'class %s < ActiveRecord::Migration[6.1]\n  def up; execute("%s"); end\n  def down; execute("%s"); end\nend\n' \
            "$class" "${up[n]}" "${down[n]}" > "db/2024010100000$((n + 1))_${names[n]}.rb"
    done
    ruby -e 'require "active_record"; require "active_record/connection_adapters/postgresql_adapter"
        ActiveRecord::Base.establish_connection(adapter: "postgresql", host: ENV["PGHOST"], port: ENV["PGPORT"],
            username: ENV["PGUSER"], database: ENV["PGDATABASE"])
        ActiveRecord::MigrationContext.new("db", ActiveRecord::SchemaMigration).migrate'
}

version_of() { "$tools/bin/pip" list --format freeze 2> /dev/null | sed -nE "s/^$1==/$1 /Ip"; }

if [[ -x $tools/node_modules/.bin/dbmate ]]; then
    record dbmate "$("$tools/node_modules/.bin/dbmate" --version)" --table schema_migrations
fi
if [[ -d $tools/node_modules/liquibase/dist/liquibase ]]; then
    record liquibase "$("$tools/node_modules/liquibase/dist/liquibase/liquibase" --version 2> /dev/null |
        sed -nE 's/^Liquibase Version: /Liquibase /p')" --table databasechangelog --table databasechangeloglock
fi
if [[ -x $tools/bin/alembic ]]; then record alembic "$(version_of alembic)" --table alembic_version; fi
if [[ -x $tools/bin/yoyo ]]; then record yoyo "$(version_of yoyo-migrations)" --table '*yoyo*'; fi
if [[ -x $tools/bin/python ]]; then record django "$(version_of django)" --table django_migrations; fi
if command -v sqitch > /dev/null; then record sqitch "$(sqitch --version)" --schema sqitch; fi
if ruby -e 'require "active_record"' 2> /dev/null; then
    record rails "$(ruby -e 'require "active_record"; puts "Active Record " + ActiveRecord.version.to_s')" \
        --table schema_migrations --table ar_internal_metadata
fi
