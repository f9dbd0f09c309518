// Inside platform/image: libvips, set up for hostile input, and its references.
#pragma once

#include <vips/vips.h>

#include <memory>

namespace beian::image {

struct Unref {
  void operator()(VipsImage* image) const { g_object_unref(image); }
};
using Picture = std::unique_ptr<VipsImage, Unref>;

// Before the first call; cheap afterwards.
void start_vips();

// Throws with libvips' own message; for what cannot fail but by a lack of memory or a bug.
void must(int code, const char* what);

// The result of `call`, which gets where to put it and returns libvips' code.
template <class Call>
Picture made(const char* what, Call call) {
  VipsImage* out = nullptr;
  must(call(&out), what);
  return Picture(out);
}

}  // namespace beian::image
