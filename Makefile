# SPDX-License-Identifier: MIT
# teemu is built by bare GNU make.  `make help` lists what can be asked for.
#
# Sources are found by wildcard, so a new file needs no edit here.  Every object file of src/ is
# linked into each program (never through a .a: rows in linker sets would be lost), less the files
# that hold the programs' mains.

SHELL    := /bin/bash

# `make deps run` on a machine without a compiler: what is there to build with is looked at by the
# make that comes after deps.
goals    := $(filter-out deps,$(MAKECMDGOALS))
ifneq ($(and $(filter deps,$(MAKECMDGOALS)),$(goals)),)

.PHONY: deps $(goals)

deps:
	@scripts/deps

$(firstword $(goals)): deps
	@$(MAKE) --no-print-directory $(goals)

$(wordlist 2,$(words $(goals)),$(goals)): $(firstword $(goals)) ;

else

CC       ?= gcc
PKG      ?= pkg-config

# Variants, each with a build tree of its own.
variant  := $(if $(SAN),-$(SAN))$(if $(DEBUG),-debug)$(if $(SMALL),-small)
B        ?= build$(variant)

OPT      := $(if $(DEBUG),-O0 -g3,-O2 -g)
SANITIZE := $(if $(SAN),-fno-omit-frame-pointer \
              $(if $(filter thread,$(SAN)),-fsanitize=thread -Wno-tsan,\
              $(if $(filter undefined,$(SAN)),-fsanitize=undefined,-fsanitize=address,undefined \
              -fno-sanitize-recover=undefined)))
WARN     := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wno-unused-parameter \
            $(if $(WERROR),-Werror)
CPPFLAGS += -D_GNU_SOURCE -Isrc -Itests $(if $(SMALL),-DSMALL=1) -DTEEMU_VERSION='"0.1.0"'
CFLAGS   += -std=gnu11 $(OPT) $(WARN) $(SANITIZE) -pthread -fno-strict-overflow
LDFLAGS  += $(SANITIZE) -pthread
LDLIBS   += -lm -lfdt

# Optional libraries: each is used by the one file named here, which is left out without it.
zlib     := $(shell $(PKG) --exists zlib && echo y)
LDLIBS   += $(if $(zlib),$(shell $(PKG) --libs zlib))
left_out := $(if $(zlib),,src/hw/core/gunzip.c)
# The JIT is for the hosts it knows.
left_out += $(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),,$(wildcard src/tcg/x86_64/*.c))

Q        := $(if $(V),,@)
say       = $(if $(V),,@printf '  %-5s %s\n' $(1) $(2))

sources  := $(filter-out $(left_out),$(sort $(wildcard src/*/*.c src/*/*/*.c src/*/*/*/*.c)))
headers  := $(sort $(wildcard src/*/*.h src/*/*/*.h src/*/*/*/*.h))
row_list := src/tcg/ops.h # rows of a macro that each includer defines: nothing by itself
mains    := $(wildcard src/main/teemu.c src/main/teemu-user.c src/main/teemu-img.c)
programs := $(patsubst src/main/%.c,$(B)/%,$(mains))
objects  := $(patsubst %.c,$(B)/%.o,$(filter-out $(mains),$(sources)))
units    := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(wildcard tests/unit/test_*.c))
hosts    := $(patsubst %.c,$(B)/%,$(wildcard tests/fuzz/fuzz_*.c tests/*/host_*.c))

# A source that is removed leaves the programs, too: they depend on the list.
list     := $(B)/objects.list
$(shell mkdir -p $(B); cmp -s $(list) <(echo $(objects)) || echo $(objects) >$(list))

.PHONY: all deps run check check-sanitize unit clean help bench install check-layers check-headers \
        check-style compile_commands.json lab grade grade-all figures book
.SECONDARY:

all: $(programs) ## build the programs (the default)

$(B)/%.o: %.c Makefile
	$(call say,CC,$<)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(programs): $(B)/%: $(B)/src/main/%.o $(objects) $(list)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LDLIBS)

$(units): $(B)/tests/unit/%: $(B)/tests/unit/%.o $(objects)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lcmocka $(LDLIBS)

$(hosts): $(B)/%: $(B)/%.o $(objects)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

unit: $(units) ## build and run the unit tests only
	$(Q)for t in $(units); do $$t || exit 1; done

check: all $(units) $(hosts) ## run the whole test suite (needs `make deps` once)
	$(Q)B=$(B) tests/run

check-sanitize: ## the suites and Linux under ASan+UBSan and the thread sanitizer (some minutes)
	$(Q)scripts/check-sanitize

bench: all ## speed against QEMU on this machine: ratios, no absolute times
	$(Q)B=$(B) tests/bench/run

deps: ## install by apt what building, running and testing needs
	$(Q)scripts/deps

run: all ## boot Debian's riscv64 kernel and busybox to a shell on this terminal
	$(Q)B=$(B) scripts/run-linux

lab_env   = $(foreach v,B CC CPPFLAGS CFLAGS LDFLAGS LDLIBS objects,$(v)='$(subst ','\'',$($(v)))')

lab: all ## N=03: build teemu with your file of that lab in place of ours (labs/README.md)
	$(Q)$(lab_env) scripts/lab build $(N)

grade: all ## N=03: score your file of that lab; FILE=F scores another one
	$(Q)$(lab_env) scripts/lab grade $(N) $(FILE)

grade-all: all ## prove the graders: our file 100, starter < 50, mutants caught (N= only one)
	$(Q)$(lab_env) scripts/lab prove $(N)

figures: all ## draw the figures of the labs anew, each by the .py beside it
	$(Q)$(lab_env) scripts/lab guests && B=$(B) scripts/figures

book: ## README, labs/ and docs/ as HTML in build/book, with every link checked
	$(Q)B=$(B) scripts/book

check-layers: ## no folder includes a folder below it (README.md has the order)
	$(Q)scripts/check-layers $(sources) $(headers)

check-headers: ## each header compiles alone
	$(Q)for h in $(filter-out $(row_list),$(headers)); do \
	    $(CC) $(CPPFLAGS) $(CFLAGS) -fsyntax-only -x c -include $$h /dev/null || exit 1; done
	@echo "ok headers: each compiles alone"

check-style: ## line, function and file lengths, and the licence line
	$(Q)scripts/check-style

compile_commands.json: ## index for editors, without bear
	$(Q)scripts/compile-commands '$(CC) $(CPPFLAGS) $(CFLAGS)' $(sources) > $@

install: all ## PREFIX=/usr/local: install the programs
	install -D -t $(DESTDIR)$(or $(PREFIX),/usr/local)/bin $(programs)

clean: ## remove what was built (the guests' download cache in build/cache stays)
	$(Q)find $(B) -mindepth 1 -maxdepth 1 ! -name cache -exec rm -rf {} + 2>/dev/null || true

help: ## this list
	@awk -F':.*## ' '/^[a-z_.-]+:.*## /{printf "  make %-22s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@echo "  variables: V=1 (show commands)  DEBUG=1 (-O0 -g3)  SAN=address|thread|undefined"
	@echo "             SMALL=1 (shrunk buffers, so that eviction runs)  WERROR=1  B=DIR (build there)"

-include $(patsubst %.o,%.d,$(objects)) $(patsubst src/%.c,$(B)/src/%.d,$(mains)) \
         $(addsuffix .d,$(units) $(hosts))

endif
