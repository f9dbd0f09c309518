/*
 * libbeian_gate: may this host be served here? The answer of a snapshot that `beian gate build`
 * made, inside any program that can call C.
 *
 *     char error[256];
 *     beian_gate *gate = beian_gate_open("/var/lib/beian/filed.gate", 0, error, sizeof error);
 *     if (gate == NULL) return fail(error);
 *     beian_gate_answer answer;
 *     if (beian_gate_lookup(gate, host, strlen(host), 0, &answer) == 1) serve();
 *     beian_gate_close(gate);
 *
 * Build with `pkg-config --cflags --libs beian_gate`. Whole example: samples/gate/lookup.c.
 *
 * Threads: everything may be called from any thread at any time on one and the same gate, but
 * beian_gate_close: nobody else may use the gate then or later. No call changes the locale, writes
 * to standard output or ends the process. A snapshot is mapped, not read, so processes share it;
 * replace its file only by rename, as `beian gate build` does: a file that is cut short in place
 * ends whoever has it open (SIGBUS).
 *
 * Beside the snapshot that `beian gate follow` or `beian gate serve --from` keeps there is a journal
 * of what came after. It is read along: with beian_gate_refresh() each second, a change is in force
 * here a second after it is there.
 *
 * Texts are UTF-8, times are seconds since 1970-01-01 UTC, sizes are bytes.
 */
#ifndef BEIAN_GATE_H
#define BEIAN_GATE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct beian_gate beian_gate;

/* Why. Values that a later version adds stand behind these; what is not known means no. */
enum beian_gate_reason {
  BEIAN_GATE_NO_NAME = 0, /* the host is no name that can be filed: see `kind` */
  /* May be served. */
  BEIAN_GATE_FILED = 1,
  BEIAN_GATE_GRACE = 2,  /* for a time: an order is on its way, or a place was moved */
  BEIAN_GATE_EXEMPT = 3, /* the provider's own names and others that need no filing */
  /* May not. */
  BEIAN_GATE_CANCELLED = 4,
  BEIAN_GATE_CLOSED = 5,    /* by order of an authority */
  BEIAN_GATE_ELSEWHERE = 6, /* filed, but its access is not with this provider */
  BEIAN_GATE_BLOCKED = 7,     /* by the provider */
  BEIAN_GATE_BLACKLISTED = 8, /* by an authority, with all that lies below */
  BEIAN_GATE_NOT_FILED = 9,   /* nothing is known of it */
  BEIAN_GATE_EXPIRED = 10,    /* what there is was for a time that is over */
  BEIAN_GATE_NOT_YET = 11,    /* or has not begun */
  BEIAN_GATE_DAMAGED = 12,    /* the file does not hold there what was written */
  BEIAN_GATE_FAILED = 255     /* no answer could be made: no memory */
};

/* What the host is. */
enum beian_gate_kind {
  BEIAN_GATE_NAME = 0,
  BEIAN_GATE_IP_ADDRESS = 1,
  BEIAN_GATE_SUFFIX = 2,    /* com.cn: nobody can file it */
  BEIAN_GATE_NO_SUFFIX = 3, /* localhost and such */
  BEIAN_GATE_EMPTY = 4,
  BEIAN_GATE_REPEATED = 5,
  BEIAN_GATE_BAD_CHARACTER = 6,
  BEIAN_GATE_BAD_LABEL = 7,
  BEIAN_GATE_BAD_IDN = 8,
  BEIAN_GATE_BAD_PORT = 9,
  BEIAN_GATE_BAD_ADDRESS = 10,
  BEIAN_GATE_TOO_LONG = 11
};

typedef struct beian_gate_answer {
  int32_t allow;  /* 1: may be served here. 0: may not */
  int32_t reason; /* enum beian_gate_reason */
  int32_t kind;   /* enum beian_gate_kind */
  uint32_t entry_size;
  uint64_t number; /* of the filing, packed: beian_gate_number_text. 0: none */
  uint64_t until;  /* the entry that decided ends then. 0: no end */
  uint64_t reserved;
  /* Whose entry decided, the host or a name above it, in small letters and A-labels; ends with 0.
     Empty: none did. */
  char entry[256];
} beian_gate_answer;

typedef struct beian_gate_info {
  uint64_t entries;  /* of the snapshot */
  uint64_t created;  /* when the snapshot was made: the age of the answers, without a journal */
  uint64_t sequence; /* place in the feed of changes that the answers stand at. 0: none */
  uint64_t reserved;
} beian_gate_info;

/* For `flags`: copies the file into memory of this process, in huge pages where there are any. A
   second for 25 million names; random questions then take a sixth less time. */
#define BEIAN_GATE_IN_MEMORY 1u

/* The snapshot alone, without the journal beside it. */
#define BEIAN_GATE_SNAPSHOT_ONLY 2u

/* Opens a snapshot, with what the journal beside it, if there is one, has changed since: about 100
   bytes of memory for each change, a second for a million. NULL when it is none, is damaged or
   cannot be read; `error` then says why, cut to `error_size` bytes with the final 0 (NULL or 0:
   nobody wants to know). Of a journal that is damaged what stands before the damage counts, and
   beian_gate_refresh tells of it. */
beian_gate *beian_gate_open(const char *path, unsigned flags, char *error, size_t error_size);

/* NULL is passed over. */
void beian_gate_close(beian_gate *gate);

/* Looks whether another file has taken the place of the one that is open, and opens that; reads
   what the journal has since. 1: something new answers from now on. 0: nothing is new. -1: the file
   cannot be opened, or the journal is damaged; `error` says why, and what was there before goes on
   answering. Questions asked meanwhile are answered from one state or the other, none waits. A
   thread lets an old file go with its next question, or when it ends.
   Costs a few stat() when nothing changed: call it once a second. */
int beian_gate_refresh(beian_gate *gate, char *error, size_t error_size);

/* May this host be served at `now` (0: the present)? `host` is a Host header's value, with or
   without port, in any case, U-labels or A-labels. The answer's `allow`. Never fails: what cannot
   be read may not be served. Allocates nothing for hosts in ASCII. */
int beian_gate_lookup(const beian_gate *gate, const char *host, size_t size, uint64_t now,
                      beian_gate_answer *answer);

/* The same for a TLS server name (SNI): ASCII, no port. */
int beian_gate_lookup_server_name(const beian_gate *gate, const char *name, size_t size,
                                  uint64_t now, beian_gate_answer *answer);

/* Many hosts at once, which is faster than one by one: answers[i] for hosts[i] of sizes[i] bytes,
   each from what is in force then. `sizes` may be NULL when every host ends with 0. How many may be
   served. */
size_t beian_gate_lookup_many(const beian_gate *gate, const char *const *hosts, const size_t *sizes,
                              size_t count, uint64_t now, beian_gate_answer *answers);

/* The filing number as it is written, such as 粤ICP备2026000001号-1. Returns the bytes of the whole
   text without the final 0, 0 for no number; `out` gets as much as fits, always ended with 0 when
   size > 0. 64 bytes are enough for every number. */
size_t beian_gate_number_text(uint64_t number, char *out, size_t size);

/* "filed", "not_filed", "ip_address" …: as the command line says it. "unknown" for other values. */
const char *beian_gate_reason_name(int reason);
const char *beian_gate_kind_name(int kind);

void beian_gate_about(const beian_gate *gate, beian_gate_info *info);

/* Of the library: "0.1.0". */
const char *beian_gate_version(void);

#ifdef __cplusplus
}
#endif

#endif
