// Whether this build runs under a sanitizer, which keeps what was freed: memory cannot be measured.
// GCC and clang tell it in different words.
#pragma once

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define BEIAN_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define BEIAN_SANITIZED 1
#endif
#endif
#ifndef BEIAN_SANITIZED
#define BEIAN_SANITIZED 0
#endif
