#!/usr/bin/env bash
# Installs what the tests of this folder need: PostgreSQL 15, PgBouncer, Chromium, zsh and fish, as Debian packages them.
# As root it installs what is missing. As anybody else it says what is missing, and exits with 2.
set -euo pipefail

missing=()
[[ -x /usr/lib/postgresql/15/bin/postgres ]] || missing+=(postgresql-15)
[[ -x /usr/sbin/pgbouncer ]] || missing+=(pgbouncer)
[[ -x /usr/bin/chromium ]] || missing+=(chromium)
[[ -x /usr/bin/zsh ]] || missing+=(zsh)
[[ -x /usr/bin/fish ]] || missing+=(fish)

if ((${#missing[@]} == 0)); then
    exit 0
fi
if ((EUID != 0)); then
    echo "error: the tests in tests/system need Debian's ${missing[*]}" >&2
    echo "next: sudo apt-get install ${missing[*]}" >&2
    exit 2
fi
if ! command -v apt-get > /dev/null; then
    echo "error: the tests in tests/system need Debian's ${missing[*]}, and there is no apt-get here" >&2
    echo "next: run make test-system on Debian 12 (image debian:bookworm)" >&2
    exit 2
fi

# The tests start servers of their own. Debian's packages would make a cluster on port 5432 and a service on 6432, start
# both, and start them again with the machine: say no to that, for the time of the installation only.
policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/surefoot-tests.conf
made=()
# shellcheck disable=SC2317  # it is called by the trap
restore() {
    rm -f -- "${made[@]}"
    rmdir --ignore-fail-on-non-empty "${no_cluster%/*}" 2> /dev/null || true
}
trap restore EXIT
if [[ ! -e $policy ]]; then
    made+=("$policy")
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod 755 "$policy"
fi
made+=("$no_cluster")
mkdir -p "${no_cluster%/*}"
echo 'create_main_cluster = false' > "$no_cluster"

export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --yes -qq --option Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}")
# Without lists of packages, or with lists that name versions the mirror no longer has, they must be fetched first.
if ! apt-cache show "${missing[@]}" > /dev/null 2>&1 || ! "${install[@]}"; then
    apt-get update -qq
    "${install[@]}"
fi
if [[ " ${missing[*]} " == *" pgbouncer "* ]] && command -v systemctl > /dev/null; then
    systemctl --quiet disable pgbouncer.service || true
fi
