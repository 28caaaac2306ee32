// Angular without zone.js, its templates compiled in the browser: a signal, a pipe, a service and a click.
import "@angular/compiler";
import { Component, computed, inject, Injectable, provideZonelessChangeDetection, signal } from "@angular/core";
import { CurrencyPipe } from "@angular/common";
import { bootstrapApplication } from "@angular/platform-browser";

class Prices {
  seat = 12;
}
Injectable({ providedIn: "root" })(Prices);

class Order {
  prices = inject(Prices);
  seats = signal(1);
  total = computed(() => this.seats() * this.prices.seat);
  more() {
    this.seats.update((seats) => seats + 1);
  }
}
Component({
  selector: "app-order",
  imports: [CurrencyPipe],
  template: `
    <button id="more" (click)="more()">One more</button>
    @if (seats() > 1) {
      <p id="total">{{ seats() }} seats: {{ total() | currency: "EUR" }}</p>
    }
    @for (seat of [1, 2]; track seat) {
      <i [class.taken]="seat <= seats()">{{ seat }}</i>
    }
  `,
  styles: "button { padding: 1rem }",
})(Order);

const app = await bootstrapApplication(Order, { providers: [provideZonelessChangeDetection()] });
document.querySelector("#more").click();
await app.whenStable();
document.querySelector("#result").textContent =
  `${document.querySelector("#total").textContent}, padding ${getComputedStyle(document.querySelector("#more")).paddingTop}`;
