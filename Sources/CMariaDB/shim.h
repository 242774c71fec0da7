#ifndef CALLBACKD_CMARIADB_H
#define CALLBACKD_CMARIADB_H
// The client library of MariaDB, and zlib, with which the binlog is compressed and its checksums are made.
// Each function here is a variadic one with one type, or a look into a structure that Swift cannot take apart.
#include <mysql.h>
#include <errmsg.h>
#include <mysqld_error.h>
#include <mariadb_rpl.h>
#include <ma_pvio.h>
#include <zlib.h>

static inline MARIADB_RPL *cmariadb_rpl_init(MYSQL *mysql) { return mariadb_rpl_init(mysql); }

static inline int cmariadb_rpl_set_server_id(MARIADB_RPL *rpl, unsigned int id) {
    return mariadb_rpl_optionsv(rpl, MARIADB_RPL_SERVER_ID, id);
}

static inline int cmariadb_rpl_set_start(MARIADB_RPL *rpl, unsigned long position) {
    return mariadb_rpl_optionsv(rpl, MARIADB_RPL_START, position);
}

// The bytes of the packet that mysql_net_read_packet read last. They stay where they are until the next read.
static inline const unsigned char *cmariadb_packet(MYSQL *mysql) { return mysql->net.read_pos; }

// Whether bytes that came from the server wait in the library's own buffer.
static inline int cmariadb_has_buffered(MYSQL *mysql) {
    const struct st_ma_pvio *pvio = mysql->net.pvio;
    return pvio && pvio->cache && pvio->cache_pos < pvio->cache + pvio->cache_size;
}
#endif
