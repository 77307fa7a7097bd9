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
MISSING(boot, "boot", "ARGS",
        "the boards here boot what -bios and -kernel name; there is no order to choose");
MISSING(daemonize, "daemonize", NULL,
        "it cannot go to the background by itself; start it with '&'");
MISSING(preconfig, "preconfig", NULL, "there is no monitor yet, which would be needed to go on");
MISSING(hda, "hda", "FILE",
        "no board here has an IDE controller; use -drive and -device virtio-blk-device");
MISSING(cdrom, "cdrom", "FILE",
        "no board here has an IDE controller; use -drive and -device virtio-blk-device");
MISSING(sd, "sd", "FILE",
        "no board here has a slot for SD cards; use -drive and -device virtio-blk-device");
MISSING(fw_cfg, "fw_cfg", "ARGS", "files for fw_cfg cannot be given on the command line yet");
MISSING(vnc, "vnc", "ARGS", "there are no displays yet");
MISSING(k, "k", "LANGUAGE", "there are no keyboards yet");
MISSING(full_screen, "full-screen", NULL, "there are no windows yet");
MISSING(action, "action", "ARGS", "use -no-reboot or -no-shutdown");
MISSING(writeconfig, "writeconfig", "FILE",
        "options cannot be written to a file; -readconfig reads one");
MISSING(set, "set", "ARGS", "write the property into the option itself");
MISSING(virtfs, "virtfs", "ARGS", "folders cannot be shared with the guest yet");
MISSING(fsdev, "fsdev", "ARGS", "folders cannot be shared with the guest yet");
MISSING(singlestep, "singlestep", NULL,
        "use -accel tcg,one-insn-per-tb=on where it is offered ('-accel help')");
MISSING(L, "L", "DIR", "name the firmware file with -bios");
