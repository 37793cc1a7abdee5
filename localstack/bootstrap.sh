#!/bin/sh
# Create the virtual environment .venv from requirements-dev.lock. make runs this script in the clone;
# running it again is safe. PYTHON selects the interpreter and replaces an environment of another
# version. By default it is Debian's own, if that is complete and new enough: Debian's build is a
# fifth faster than what version managers build by default.
set -eu

is_complete() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=${PYTHON:-python3}
if [ -z "${PYTHON:-}" ] && is_complete /usr/bin/python3; then
    python=/usr/bin/python3
fi
venv=.venv
begin=$(date +%s)

fail() {
    echo "error: $1" >&2
    echo "hint: $2" >&2
    exit 1
}

# Run a command as root: directly, with passwordless sudo, or not at all.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
        sudo -n "$@"
    else
        return 1
    fi
}

# Install packages quietly. If that fails, update the package lists and try once more.
apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null 2>&1 && return 0
    as_root apt-get update -qq >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null 2>&1
}

if ! command -v "$python" >/dev/null && [ -n "${PYTHON:-}" ]; then
    fail "PYTHON=$PYTHON is not a program" "set it to an interpreter, or unset it"
fi
command -v "$python" >/dev/null || apt_install python3 ||
    fail "Python is missing" "run: sudo apt-get install -y python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$("$python" --version) is too old" "install Python 3.11 or newer, or set PYTHON"

# True if PYTHON asks for another version; without PYTHON, keep the existing environment.
is_another() {
    [ -n "${PYTHON:-}" ] && [ "$("$venv/bin/python" -V)" != "$("$python" -V)" ]
}

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null || is_another; then
    # On Debian, the part of venv that installs pip is in a separate package.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        apt_install python3-venv ||
            fail "Python's venv is missing" "run: sudo apt-get install -y python3-venv"
    fi
    rm -rf "$venv"
    "$python" -m venv "$venv"
fi

log=$venv/install.log
echo "  Installing Python packages into $venv (the first time takes a minute) ..." >&2
# Chalice refuses pip 26.3 and newer.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'pip<26.3' >"$log" 2>&1 &&
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
        --require-hashes -r requirements-dev.lock >>"$log" 2>&1 || {
    tail -n 15 "$log" >&2
    fail "can't install the Python packages" "see $log, check the network and try again"
}
echo "✓ Python packages  $(($(date +%s) - begin)) s" >&2
touch "$venv/.ready"
