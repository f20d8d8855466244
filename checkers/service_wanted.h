/* service_wanted.h - the kernel's table as the services of service.h want it. Pure. */
#ifndef CHECKERS_SERVICE_WANTED_H
#define CHECKERS_SERVICE_WANTED_H
#include "checkers/service.h"

/*
 * The wanted table: all supported services and the guards, or only those that are dirty; sorted. Freed by
 * ipvs_table_done().
 */
void services_wanted(const struct services *s, bool only_dirty, struct ipvs_table *ret);
#endif
