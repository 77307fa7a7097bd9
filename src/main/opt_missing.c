/* SPDX-License-Identifier: MIT */
/* Options that users of QEMU know and that do not work here: each says in a sentence what is
 * missing, which is better than "no such option", and much better than silence. */
#include "main/options.h"

#define MISSING(symbol, name, arg, sentence) OPTION(symbol, name, arg, OPT_MISSING, sentence, NULL)

MISSING(netdev, "netdev", "ARGS", "there is no network yet");
MISSING(enable_kvm, "enable-kvm", NULL, "KVM is not supported yet; '-accel help' lists what is");
MISSING(incoming, "incoming", "URI", "migration is not supported yet");
MISSING(loadvm, "loadvm", "TAG", "saved machines are not supported yet");
MISSING(semihosting, "semihosting", NULL, "semihosting is not supported yet");
MISSING(semihosting_config, "semihosting-config", "ARGS", "semihosting is not supported yet");
MISSING(plugin, "plugin", "ARGS", "plugins are not supported yet");
MISSING(usb, "usb", NULL, "no board here has a USB controller");
MISSING(usbdevice, "usbdevice", "NAME", "no board here has a USB controller");
MISSING(numa, "numa", "ARGS", "NUMA nodes are not supported yet");
MISSING(daemonize, "daemonize", NULL,
        "it cannot go to the background by itself; start it with '&'");
MISSING(preconfig, "preconfig", NULL,
        "the machine is made at once; -S waits for the monitor before it runs");
MISSING(sd, "sd", "FILE",
        "no board here has a slot for SD cards; use -drive and -device virtio-blk-device");
MISSING(vnc, "vnc", "ARGS", "there are no displays yet");
MISSING(k, "k", "LANGUAGE", "there are no keyboards yet");
MISSING(full_screen, "full-screen", NULL, "there are no windows yet");
MISSING(writeconfig, "writeconfig", "FILE",
        "options cannot be written to a file; -readconfig reads one");
MISSING(set, "set", "ARGS", "write the property into the option itself");
MISSING(virtfs, "virtfs", "ARGS", "folders cannot be shared with the guest yet");
MISSING(fsdev, "fsdev", "ARGS", "folders cannot be shared with the guest yet");
MISSING(L, "L", "DIR", "name the firmware file with -bios");
MISSING(fda, "fda", "FILE", "no board here has a floppy drive");
MISSING(mtdblock, "mtdblock", "FILE", "use -drive if=pflash,file=FILE");
MISSING(blockdev, "blockdev", "ARGS", "use -drive file=F,format=raw,if=none,id=N");
MISSING(mem_path, "mem-path", "FILE",
        "use -object memory-backend-file,id=N,mem-path=FILE,size=SIZE -machine memory-backend=N");
MISSING(mem_prealloc, "mem-prealloc", NULL, "the host gives memory when it is first touched");
MISSING(sandbox, "sandbox", "ARGS",
        "the emulator does not lock itself in; run it under systemd-run or bwrap");
MISSING(chroot, "chroot", "DIR", "the emulator does not change its root; run it under chroot");
MISSING(runas, "runas", "USER",
        "the emulator does not change its user; run it under setpriv or sudo -u");
MISSING(overcommit, "overcommit", "ARGS",
        "memory is never locked, and guests' idle harts always sleep");
MISSING(seed, "seed", "N", "random bytes are always the host's");
MISSING(compat, "compat", "ARGS", "nothing here is deprecated yet");
MISSING(add_fd, "add-fd", "ARGS", "files are opened by name only");
MISSING(smbios, "smbios", "ARGS", "no board here has SMBIOS tables");
MISSING(acpitable, "acpitable", "ARGS", "no board here has ACPI tables");
MISSING(tpmdev, "tpmdev", "ARGS", "there are no TPMs yet");
MISSING(iscsi, "iscsi", "ARGS", "iSCSI is not supported; give -drive a file");
MISSING(audio, "audio", "ARGS", "there is no sound yet");
MISSING(audiodev, "audiodev", "ARGS", "there is no sound yet");
MISSING(spice, "spice", "ARGS", "there are no displays yet");
MISSING(watchdog_action, "watchdog-action", "ACTION", "no board here has a watchdog");
MISSING(option_rom, "option-rom", "FILE", "no board here has option ROMs");
MISSING(dump_vmstate, "dump-vmstate", "FILE", "saved machines are not supported yet");
MISSING(only_migratable, "only-migratable", NULL, "migration is not supported yet");
MISSING(debugcon, "debugcon", "DEV", "no board here has a debug console; -serial has a port");
MISSING(async_teardown, "async-teardown", NULL, "not needed: the emulator ends with its process");
