// SIGTERM and SIGINT as a place to wait.
#pragma once

namespace beian::app {

// Before any thread starts: the signals are held back in every thread, so that only wait() sees
// them.
void hold_signals();
// Returns when one of them came.
void wait_for_signal();

}  // namespace beian::app
