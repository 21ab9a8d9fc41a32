package io.nearside.benchmarks;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;

/** A plain mutable value as applications cache it: eight fields, among them a date and a list. */
public final class Order implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int LINES = 10;

  private long id;
  private String customer = "";
  private String street = "";
  private String city = "";
  private double total;
  private boolean paid;
  private Date created = new Date(0);
  private List<Line> lines = new ArrayList<>();

  /** An order of ten lines whose fields follow from the number. */
  public static Order sample(int number) {
    Order order = new Order();
    order.id = number;
    order.customer = "customer " + number;
    order.street = "street " + number % 997;
    order.city = "city " + number % 89;
    order.total = number / 100.0;
    order.paid = number % 2 == 0;
    order.created = new Date(1_700_000_000_000L + number);
    for (int line = 0; line < LINES; line++) {
      order.lines.add(Line.sample(number * LINES + line));
    }
    return order;
  }

  public long getId() {
    return id;
  }

  public String getCustomer() {
    return customer;
  }

  public String getStreet() {
    return street;
  }

  public String getCity() {
    return city;
  }

  public double getTotal() {
    return total;
  }

  public boolean isPaid() {
    return paid;
  }

  public Date getCreated() {
    return created;
  }

  public List<Line> getLines() {
    return lines;
  }

  /** One position of an order. */
  public static final class Line implements Serializable {
    private static final long serialVersionUID = 1L;

    private long product;
    private String name = "";
    private int quantity;
    private double price;

    static Line sample(int number) {
      Line line = new Line();
      line.product = number;
      line.name = "product " + number;
      line.quantity = 1 + number % 7;
      line.price = number / 100.0;
      return line;
    }

    public long getProduct() {
      return product;
    }

    public String getName() {
      return name;
    }

    public int getQuantity() {
      return quantity;
    }

    public double getPrice() {
      return price;
    }
  }
}
