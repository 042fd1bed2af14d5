"""What becomes of a result, in the manner of each country.

Of the first year, a profit of 2,500.00, 125.00 goes to a reserve and 1,000.00 to the
owners (not in an association); the second is a loss of 800.37; the third, a profit of
1,300.00, is not appropriated yet; the fourth is a loss of 20.70. Afterwards, 11.00 of
costs come into the closed second year, and are appropriated by nobody.

What the retained-earnings account takes over, credit negative:

=============  ========  =========  =========  =========  ===========================
manner         2nd year  3rd year   4th year   5th year   why
=============  ========  =========  =========  =========  ===========================
belgian        -2875.00  -2864.00   -4164.00   -4143.30   opening -1,490 and -10 (put
                                                          there by Odoo); in the first
                                                          year +1,490 (790) and -2,865
                                                          (693): 2,500 + 1,490 - 125 -
                                                          1,000 = 2,865. The loss goes
                                                          to 141 by 793: +11 only.
                                                          Then -1,300 and +20.70
association    -3875.00  -3864.00   -5164.00   -5143.30   the same with 692 instead of
                                                          693, and no 1,000 to owners
french         -1500.00  -2864.00   -4164.00   -4143.30   the year's result to 120 at
                                                          its end, from there 1,375 in
                                                          the next year. The loss goes
                                                          to 129, then to 119: -1,375
                                                          and +11 only
transfer       -4000.00  -2063.63   -3363.63   -3342.93   -1,500 - 2,500; then +125 and
                                                          +1,000, and the loss +811.37;
                                                          then -1,300 and +20.70
undistributed  -2510.00  -573.63    -1873.63   -1852.93   the same, but 1,490 of the
                                                          opening stand on a reserve
=============  ========  =========  =========  =========  ===========================
"""

from .bookings import Bookings


class Appropriation(Bookings):
    """Entries between results and equity."""

    def appropriate_profit(self):
        """Of the first year."""
        getattr(self, f"_profit_{self.chart.manner}")()

    def cover_loss(self):
        """Of the second year."""
        cover = getattr(self, f"_loss_{self.chart.manner}", None)
        if cover:
            cover()

    def move_equity(self, day, amounts):
        """An entry of ``(code, balance)``."""
        self.entry(day, [(self.account(code), value) for code, value in amounts])

    def _profit_belgian(self):
        """All at the end of the year: 1,490.00 brought forward are divided too."""
        self.move_equity(
            self.last_day(1),
            [
                ("140000", 1_490),
                ("790000", -1_490),
                ("692000", 125),
                ("130000", -125),
                ("694000", 1_000),
                ("471000", -1_000),
                ("693000", 2_865),
                ("140000", -2_865),
            ],
        )

    def _loss_belgian(self):
        self.move_equity(self.last_day(2), [("141000", 800.37), ("793000", -800.37)])

    def _profit_association(self):
        self.move_equity(
            self.last_day(1),
            [
                ("140000", 1_490),
                ("790000", -1_490),
                ("691000", 125),
                ("130000", -125),
                ("692000", 3_865),
                ("140000", -3_865),
            ],
        )

    def _loss_association(self):
        self.move_equity(self.last_day(2), [("141000", 800.37), ("792000", -800.37)])

    def _profit_french(self):
        """To 120 on the last day, divided by the meeting in the next year."""
        result = self.chart.unaffected
        self.move_equity(self.last_day(1), [(result, 2_500), ("120000", -2_500)])
        self.move_equity(
            self.day(2, 5, 20),
            [
                ("120000", 2_500),
                (self.chart.reserve, -125),
                (self.chart.dividend, -1_000),
                ("110000", -1_375),
            ],
        )

    def _loss_french(self):
        result = self.chart.unaffected
        self.move_equity(self.last_day(2), [("129000", 800.37), (result, -800.37)])
        self.move_equity(self.day(3, 5, 20), [("119000", 800.37), ("129000", -800.37)])

    def _profit_transfer(self):
        """By the meeting, from where results are brought forward. A loss stays."""
        self.move_equity(
            self.day(2, 2, 15),
            [
                (self.chart.retained, 1_125),
                (self.chart.reserve, -125),
                (self.chart.dividend, -1_000),
            ],
        )

    _profit_undistributed = _profit_transfer
