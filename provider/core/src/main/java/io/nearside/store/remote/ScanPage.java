package io.nearside.store.remote;

import java.util.List;

/**
 * What one step found.
 *
 * @param keys in no order; none twice within a page
 * @param next where to go on, or {@link ScanCursor#END}
 */
record ScanPage(List<String> keys, ScanCursor next) {}
