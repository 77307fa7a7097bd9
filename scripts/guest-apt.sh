# SPDX-License-Identifier: MIT
# Sourced by the scripts that fetch guests: Debian packages of another architecture, through apt
# itself, with a private state directory.  The machine's own package lists, cache and dpkg
# database are never touched, and no root is needed.
#
# The mirror is the one that this machine's apt already uses (so are its proxies); signatures are
# checked by apt against Debian's archive keyring.  riscv64 joined Debian's archive with trixie,
# so that is the suite, whatever this machine runs.  GUEST_MIRROR=URL and GUEST_SUITE=NAME
# override both.
GUEST_SUITE=${GUEST_SUITE:-trixie}
GUEST_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

guest_die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# Print the mirror: the repository from which apt gets this machine's own release.
guest_mirror() {
    local codename
    if [ -n "$GUEST_MIRROR" ]; then
        echo "$GUEST_MIRROR"
        return
    fi
    codename=$(. /etc/os-release 2>/dev/null && echo "$VERSION_CODENAME")
    apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Identifier: Packages' \
        2>/dev/null |
        awk -v codename="$codename" '
            $2 != "main" { next }
            $1 == codename { print $3; found = 1; exit }
            !first         { first = $3 }
            END            { if (!found && first) print first }'
}

# guest_apt_init ARCH DIR: make DIR an apt state for ARCH and read the package lists.
guest_apt_init() {
    local arch=$1 dir mirror signed=
    mkdir -p "$2/lists/partial" "$2/archives/partial" || exit 1
    dir=$(cd "$2" && pwd)
    command -v apt-get >/dev/null || guest_die "guests are Debian packages: this needs apt-get"
    mirror=$(guest_mirror)
    [ -n "$mirror" ] ||
        guest_die "apt on this machine has no source with a 'main' component:" \
            "set GUEST_MIRROR=URL of a Debian mirror"
    [ -r "$GUEST_KEYRING" ] && signed=" signed-by=$GUEST_KEYRING"
    echo "deb [arch=$arch$signed] $mirror $GUEST_SUITE main" >"$dir/sources.list"
    : >"$dir/status"
    guest_apt_options=(
        -o APT::Architecture="$arch" -o APT::Architectures::="$arch" -o APT::Sandbox::User=
        -o Dir::State="$dir" -o Dir::State::status="$dir/status" -o Dir::Cache="$dir"
        -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
        -o Acquire::Languages=none -o Acquire::Retries=2 -o APT::Update::Error-Mode=any)
    echo "reading the package lists of Debian $GUEST_SUITE for $arch"
    apt-get -qq "${guest_apt_options[@]}" update ||
        guest_die "cannot read Debian's $arch package lists from this machine's apt mirror." \
            "Is the network there, and does the mirror carry $GUEST_SUITE?" \
            "(GUEST_MIRROR=URL names another)"
}

# guest_apt_fetch PACKAGE...: download packages (no dependencies) into the current directory.
guest_apt_fetch() {
    echo "fetching $*"
    apt-get -qq "${guest_apt_options[@]}" download "$@" ||
        guest_die "cannot download $*: is the network there?"
}

# guest_apt_depends PACKAGE PREFIX: the first dependency of PACKAGE whose name starts with PREFIX.
guest_apt_depends() {
    apt-cache "${guest_apt_options[@]}" depends "$1" |
        sed -n "s/^ *Depends: \($2.*\)/\1/p" | head -n 1
}
