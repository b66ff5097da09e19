#include "cli/app.h"

int main(int argc, char** argv) { return doorbuster::run_app(argc, argv); }
