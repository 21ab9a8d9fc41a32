package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Customers, each in a thread of its own, until the time is over and enough was read. */
final class Traffic {
  private static final int MOST_FAILURES = 100;

  private final Shop shop;
  private final Settings settings;
  private final List<Customer> customers = new ArrayList<>();
  private final CountDownLatch working;
  private final LongAdder reads = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile boolean stopped;
  private long deadline;

  /**
   * Traffic that has not begun.
   *
   * @param spared a product that is never changed, 0 for none
   */
  Traffic(Shop shop, Settings settings, long spared) {
    this.shop = shop;
    this.settings = settings;
    this.working = new CountDownLatch(settings.threads());
    for (int number = 0; number < settings.threads(); number++) {
      customers.add(new Customer(shop, settings, number, spared));
    }
  }

  /** Lets all customers in and comes back when all have left; once a second it says so. */
  void run(Runnable everySecond) throws InterruptedException {
    deadline = History.now() + TimeUnit.SECONDS.toNanos(settings.seconds());
    for (Customer customer : customers) {
      new Thread(() -> serve(customer), "customer-" + customer.number()).start();
    }
    while (!working.await(1, TimeUnit.SECONDS)) {
      everySecond.run();
    }
  }

  private void serve(Customer customer) {
    try {
      while (!isOver()) {
        reads.add(attempt(customer));
      }
    } finally {
      shop.history().endReads(customer.number());
      working.countDown();
    }
  }

  private int attempt(Customer customer) {
    try {
      return customer.act();
    } catch (RuntimeException | SQLException e) {
      failures.increment();
      shop.complaints().add("an operation failed: " + e);
      return 0;
    }
  }

  private boolean isOver() {
    return stopped
        || failures.sum() > MOST_FAILURES
        || (History.now() >= deadline && reads.sum() >= settings.reads());
  }

  /** Sends all customers home before their time. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  long reads() {
    return reads.sum();
  }

  long failures() {
    return failures.sum();
  }

  /** What all customers measured; for after the traffic. */
  Latencies latencies() {
    Latencies all = new Latencies();
    customers.forEach(customer -> all.add(customer.latencies()));
    return all;
  }
}
