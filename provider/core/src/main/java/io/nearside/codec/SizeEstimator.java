package io.nearside.codec;
public final class SizeEstimator { public long weigh(Object o) { return 16; } }
