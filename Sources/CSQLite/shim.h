#ifndef CSQLITE_SHIM_H
#define CSQLITE_SHIM_H

#include <sqlite3.h>

// sqlite3_config takes a variable list, which Swift cannot call. Both count only before SQLite's first use in a process.
static inline int csqlite_count_no_memory(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

// What undoes a statement or a savepoint stays in memory. A limit would also be the size of each piece that is asked of the
// system: with 64 MiB, ten thousand savepoints cost a second of page faults.
static inline int csqlite_keep_undo_in_memory(void) { return sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1); }

#endif
