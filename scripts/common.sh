# Shared by scripts/try and scripts/test; sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$root/.venv
log=$(mktemp)
trap 'rm -f "$log"' EXIT
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

say() { printf '%s\n' "$*" >&2; }

die() {
  say "error: $*"
  exit 1
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
  local as_root=()
  command -v apt-get >/dev/null || { say "error: please install these yourself: $*"; return 1; }
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null || { say "error: please run as root: apt-get install $*"; return 1; }
    as_root=(sudo)
  fi
  say "Installing system packages: $*"
  quietly "reading the package lists" ${as_root[@]+"${as_root[@]}"} apt-get update &&
    quietly "installing packages" ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
      apt-get install --yes --no-install-recommends "$@"
}

# ensure_venv: make .venv when it is missing or broken.
ensure_venv() {
  "$venv/bin/python" -m pip --version >/dev/null 2>&1 && return
  command -v python3 >/dev/null || apt_install python3 python3-venv || die "Python 3.11 or newer is needed."
  python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    die "Python 3.11 or newer is needed; python3 is $(python3 --version)."
  python3 -c 'import ensurepip' 2>/dev/null || apt_install python3-venv ||
    die "python3 cannot make virtual environments; see the message above."
  say "Making the virtual environment .venv"
  quietly "making the virtual environment" python3 -m venv --clear "$venv" || exit 1
}

# install_project STAMP EXTRAS: install into .venv, unless the same was installed before.
install_project() {
  local stamp=$venv/.handouts-$1 wanted
  wanted=$(cat "$root/pyproject.toml" "$root/constraints.txt" | cksum; printf '%s\n' "$root")
  [[ -f $stamp && $(<"$stamp") == "$wanted" ]] && return
  say "Installing the project ($1)"
  quietly "installing the project" "$venv/bin/python" -m pip install \
    --constraint "$root/constraints.txt" --editable "$root$2" ||
    die "see the message above; the package index must be reachable."
  # An editable install is compiled at first use, or at every use where Python may not write.
  "$venv/bin/python" -m compileall -q "$root/handouts"
  printf '%s\n' "$wanted" >"$stamp"
}
