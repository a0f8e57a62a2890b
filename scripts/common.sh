# Shared by scripts/try and scripts/test; sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# What was begun is finished or made anew at the next run, so stopping it needs no tidying up.
trap 'say "Stopped. Run the same command again to go on."; exit 130' INT
trap 'exit 143' TERM
# Settings of whoever runs this must not send packages past .venv.
unset PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
export PIP_USER=0 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
}

# usage FILE: print the comment at the top of a script.
usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"
}

# quietly WHAT COMMAND...: run a command, and show its output only when it fails.
quietly() {
  local what=$1
  shift
  "$@" >"$log" 2>&1 && return
  tail -n 30 "$log" >&2
  say "error: $what failed: $*"
  return 1
}

# apt_install PACKAGE...: install Debian packages, as root or through sudo.
apt_install() {
  local as_root=() patient=(-o Acquire::Retries=3 -o DPkg::Lock::Timeout=120)
  command -v apt-get >/dev/null || { say "error: please install these yourself: $*"; return 1; }
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { say "error: please run as root: apt-get install $*"; return 1; }
    as_root=(sudo)
  fi
  say "Installing system packages: $*"
  # Lists that cannot be read may still name the packages. A fresh machine often updates itself,
  # which holds the lock for a while.
  quietly "reading the package lists" ${as_root[@]+"${as_root[@]}"} apt-get "${patient[@]}" update ||
    say "Trying with the package lists of before"
  quietly "installing packages" ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get "${patient[@]}" install --yes --no-install-recommends "$@"
}

# good_python: name a Python that is new enough; the usual one first.
good_python() {
  local one
  for one in python3 python3.14 python3.13 python3.12 python3.11; do
    command -v "$one" >/dev/null || continue
    "$one" -c 'import sys; sys.exit(sys.version_info < (3, 11))' && echo "$one" && return
  done
  return 1
}

# ensure_venv: make .venv when it is missing or broken.
ensure_venv() {
  local python
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
  command -v python3 >/dev/null || apt_install python3 python3-venv || die "Python 3.11 or newer is needed."
  python=$(good_python) || die "Python 3.11 or newer is needed; python3 is $(python3 --version)."
  "$python" -c 'import ensurepip' 2>/dev/null || apt_install "$python-venv" ||
    die "$python cannot make virtual environments; see the message above."
  say "Making the virtual environment .venv"
  quietly "making the virtual environment" "$python" -m venv --clear "$venv" || exit 1
}

# install_project STAMP EXTRAS: install into .venv, unless the same was installed before.
# What the tests need holds what the program needs.
install_project() {
  local stamp=$venv/.handouts-$1 wanted one
  wanted=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum; printf '%s\n' "$root")
  for one in "$stamp" "$venv/.handouts-tests"; do
    [[ -f $one && $(<"$one") == "$wanted" ]] && return
  done
  say "Installing the project ($1), which may take some minutes"
  quietly "installing the project" "$venv/bin/python" -m pip install --no-compile \
    --constraint "$root/constraints.txt" --editable "$root$2" ||
    die "see the message above; the package index must be reachable."
  # An editable install is compiled at first use, or at every use where Python may not write. pip
  # compiles packages on one core, which takes twice as long; some files of them are for no Python.
  "$venv/bin/python" -m compileall -q "$root/handouts"
  "$venv/bin/python" -m compileall -qq -j 0 "$venv/lib" || true
  printf '%s\n' "$wanted" >"$stamp"
}
