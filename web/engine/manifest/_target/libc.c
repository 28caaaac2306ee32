// What TinyGo's runtime takes from a C library on WebAssembly. Random numbers
// (for the seeds of maps) come from the page, through TinyGo's glue script.

__attribute__((import_module("wasi_snapshot_preview1"), import_name("random_get")))
int random_get(void *buffer, unsigned long length);

void arc4random_buf(void *buffer, unsigned long length) { random_get(buffer, length); }

unsigned arc4random(void) {
	unsigned number;
	random_get(&number, sizeof number);
	return number;
}

// There are no standard streams to flush when the program ends.
void __stdio_exit(void) {}
