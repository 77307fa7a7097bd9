/* SPDX-License-Identifier: MIT */
/* The program teemu: a whole computer. */
#include "loop/main_loop.h"
#include "loop/runstate.h"
#include "main/init.h"

int main(int argc, char **argv)
{
    Error *err = NULL;
    int status = 1;

    if (init(argc, argv, &err)) {
        status = main_loop();
    } else {
        err_report(err);
    }
    cleanup(status);
    return status;
}
