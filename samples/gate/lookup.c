/* 用 C 库查询快照：cc -std=c99 lookup.c $(pkg-config --cflags --libs beian_gate) -o lookup
   ./lookup SNAPSHOT HOST…  每个主机名一行；有不得接入的，退出码为 1。 */
#include <beian_gate.h>

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
  char error[256], number[64];
  beian_gate_answer answer;
  beian_gate *gate;
  int i, denied = 0;

  if (argc < 3) {
    fprintf(stderr, "usage: %s SNAPSHOT HOST...\n", argv[0]);
    return 2;
  }
  gate = beian_gate_open(argv[1], 0, error, sizeof error);
  if (gate == NULL) {
    fprintf(stderr, "%s\n", error);
    return 2;
  }
  for (i = 2; i < argc; ++i) {
    /* 长期运行的程序每秒调用一次 beian_gate_refresh，即可跟上新的快照。 */
    if (!beian_gate_lookup(gate, argv[i], strlen(argv[i]), 0, &answer)) denied = 1;
    beian_gate_number_text(answer.number, number, sizeof number);
    printf("%s\t%s\t%s\t%s\t%s\n", argv[i], answer.allow ? "allow" : "deny",
           answer.reason == BEIAN_GATE_NO_NAME ? beian_gate_kind_name(answer.kind)
                                               : beian_gate_reason_name(answer.reason),
           answer.entry, number);
  }
  beian_gate_close(gate);
  return denied;
}
