package io.nearside.samples.quickstart;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;

/** A node's customers, each in a thread of its own, until they are sent home. */
final class Traffic {
  private static final int MOST_FAILURES = 100;

  private final Shop shop;
  private final List<Customer> customers = new ArrayList<>();
  private final CountDownLatch working;
  private final LongAdder reads = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile boolean stopped;

  /** Traffic that has not begun. */
  Traffic(Shop shop, Settings settings) {
    this.shop = shop;
    this.working = new CountDownLatch(settings.threads());
    for (int number = 0; number < settings.threads(); number++) {
      customers.add(new Customer(shop, settings, number));
    }
  }

  /** Lets all customers in. */
  void begin() {
    for (Customer customer : customers) {
      new Thread(() -> serve(customer), "customer-" + customer.number()).start();
    }
  }

  private void serve(Customer customer) {
    try {
      while (!stopped && failures.sum() <= MOST_FAILURES) {
        reads.add(attempt(customer));
      }
    } finally {
      customer.rest();
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

  /** Sends all customers home. */
  void stop() {
    stopped = true;
  }

  /** Comes back when all customers have left. */
  void await() throws InterruptedException {
    working.await();
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

  /** Who answered them; for after the traffic. */
  Tally tally() {
    Tally all = new Tally();
    customers.forEach(customer -> all.add(customer.tally()));
    return all;
  }
}
